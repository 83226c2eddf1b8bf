/* color.h - how many colours a terminal is to be sent. */
#ifndef COLOR_H
#define COLOR_H

enum color { COLOR_NONE, COLOR_16, COLOR_256, COLORS };

/*
 * Decide by the word of an option and the environment.
 *
 * when  "never": none; "always": what TERM and COLORTERM tell; "auto": the same, but none
 *       with NO_COLOR (set and not empty) or a dumb terminal
 *
 * Returns 0 or -EINVAL (another word); *color is written on success only.
 */
int color_choose(const char *when, enum color *color);

#endif

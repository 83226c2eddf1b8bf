/* color.c - how many colours a terminal is to be sent. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "color.h"

static const char *
environment(const char *name)
{
	const char *text = getenv(name);

	return text != NULL ? text : "";
}

int
color_choose(const char *when, enum color *color)
{
	const char *name = environment("TERM");
	const int always = strcmp(when, "always") == 0,
		  never = strcmp(when, "never") == 0;

	if (!always && !never && strcmp(when, "auto") != 0)
		return -EINVAL;
	/* https://no-color.org */
	if (never ||
	    (!always &&
		(environment("NO_COLOR")[0] != '\0' || strcmp(name, "dumb") == 0)))
		*color = COLOR_NONE;
	else if (strstr(name, "256color") != NULL || environment("COLORTERM")[0] != '\0')
		*color = COLOR_256;
	else
		*color = COLOR_16;
	return 0;
}

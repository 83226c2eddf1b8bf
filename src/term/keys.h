/* keys.h - bytes from a terminal to keys. */
#ifndef KEYS_H
#define KEYS_H

#include <stddef.h>

/* A key is an ASCII character, a byte of a character beyond ASCII, or one of these. */
enum key {
	KEY_CTRL_C = 0x03,
	KEY_TAB = 0x09,
	KEY_CTRL_L = 0x0c,
	KEY_ENTER = 0x0d,
	KEY_CTRL_Z = 0x1a,
	KEY_ESC = 0x1b,
	KEY_BACKSPACE = 0x7f,
	KEY_NONE = 0x100, /* bytes that mean nothing to us */
	KEY_UP,
	KEY_DOWN,
	KEY_LEFT,
	KEY_RIGHT,
	KEY_HOME,
	KEY_END,
	KEY_PGUP,
	KEY_PGDN,
	KEY_BACKTAB,
};

enum {
	KEYS_MAX = 32,    /* longest sequence waited for; real ones have 8 bytes */
	KEYS_ESC_MS = 50, /* an ESC followed by nothing for so long is the key itself */
};

/*
 * Take the first key out of buf[0..len), len > 0.
 *
 * last  no more bytes will come: an unfinished sequence is taken as it is
 *
 * Returns the number of bytes used, or 0 when more are needed (never when last, nor
 * from KEYS_MAX bytes on); *key is set when it is not 0.
 */
size_t keys_next(const char *buf, size_t len, int last, int *key);

#endif

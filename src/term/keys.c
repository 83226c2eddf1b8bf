/* keys.c - bytes from a terminal to keys. */
#include "keys.h"

/*
 * Last byte of CSI and SS3 sequences, and the number before '~'; 7 and 8 are rxvt's.
 * xterm, the console, rxvt and screen agree here.
 */
static const struct {
	char final;
	int number;
	int key;
} sequences[] = {
    {'A', 0, KEY_UP},
    {'B', 0, KEY_DOWN},
    {'C', 0, KEY_RIGHT},
    {'D', 0, KEY_LEFT},
    {'Z', 0, KEY_BACKTAB},
    {'H', 0, KEY_HOME},
    {'F', 0, KEY_END},
    {'~', 1, KEY_HOME},
    {'~', 4, KEY_END},
    {'~', 5, KEY_PGUP},
    {'~', 6, KEY_PGDN},
    {'~', 7, KEY_HOME},
    {'~', 8, KEY_END},
};

static int
key_of(char final, const char *parameters)
{
	int number = 0;
	size_t i;

	if (final == '~')
		for (; *parameters >= '0' && *parameters <= '9'; parameters++)
			if (number < 100)
				number = 10 * number + *parameters - '0';
	for (i = 0; i < sizeof(sequences) / sizeof(sequences[0]); i++)
		if (sequences[i].final == final && sequences[i].number == number)
			return sequences[i].key;
	return KEY_NONE;
}

/*
 * ESC [ parameters final (ECMA-48, 5.4) or ESC O final. Modifiers follow the first
 * parameter and are passed over: Shift-Up is Up.
 */
static size_t
sequence_next(const char *buf, size_t len, int *key)
{
	/* The Linux console sends ESC [ [ A for F1: '[' would else be the final. */
	const int console = len > 2 && buf[1] == '[' && buf[2] == '[';
	size_t i = console ? 3 : 2;

	*key = KEY_NONE;
	while (i < len && i < KEYS_MAX && buf[i] >= 0x20 && buf[i] <= 0x3f)
		i++;
	if (i == KEYS_MAX)
		return i;
	if (i == len)
		return 0;
	/* Not part of any sequence: this one was cut off, a new one begins. */
	if (buf[i] < 0x40 || buf[i] > 0x7e)
		return i;
	if (!console)
		*key = key_of(buf[i], buf + 2);
	return i + 1;
}

size_t
keys_next(const char *buf, size_t len, int last, int *key)
{
	size_t n = 1;

	*key = buf[0] == '\b' ? KEY_BACKSPACE : (unsigned char)buf[0];
	if (buf[0] == KEY_ESC && len == 1)
		n = 0;
	else if (buf[0] == KEY_ESC && (buf[1] == '[' || buf[1] == 'O'))
		n = sequence_next(buf, len, key);
	/* When no more bytes come a lone ESC is the key, part of a sequence is nothing.
	 */
	return n == 0 && last ? len : n;
}

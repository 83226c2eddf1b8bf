/* cell.c - values as short text, and text in columns of the screen. */
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "addr.h"
#include "cell.h"
#include "text.h"

/*
 * What must not reach a terminal: control characters, and invisible ones that reorder or
 * join what stands next to them (Unicode 15, category Cf, variation selectors): their
 * width is not the same everywhere, and they make one name look like another.
 */
static const unsigned unwelcome[][2] = {
    {0x0000, 0x001f},   /* C0 */
    {0x007f, 0x009f},   /* DEL, C1 */
    {0x00ad, 0x00ad},   /* soft hyphen */
    {0x0600, 0x0605},   /* Arabic number signs */
    {0x061c, 0x061c},   /* Arabic letter mark */
    {0x180b, 0x180f},   /* Mongolian selectors */
    {0x200b, 0x200f},   /* zero width, left-to-right and right-to-left marks */
    {0x2028, 0x202e},   /* line separators, embeddings, overrides */
    {0x2060, 0x206f},   /* word joiner, isolates */
    {0xfe00, 0xfe0f},   /* variation selectors */
    {0xfeff, 0xfeff},   /* byte order mark */
    {0xfff9, 0xfffb},   /* annotations */
    {0xe0000, 0xe0fff}, /* tags, more variation selectors */
};

/* One character of text: its bytes, its columns, and whether it may be shown. */
static size_t
char_next(const char *text, size_t len, size_t *width, int *shown)
{
	unsigned code = 0;
	size_t i, n;
	int w;

	n = text_utf8(text, len, &code);
	w = n > 0 ? wcwidth((wchar_t)code) : -1;
	for (i = 0; i < sizeof(unwelcome) / sizeof(unwelcome[0]); i++)
		if (code >= unwelcome[i][0] && code <= unwelcome[i][1])
			w = -1;
	*shown = w >= 0;
	*width = w >= 0 ? (size_t)w : 1;
	return n > 0 ? n : 1;
}

size_t
cell_width(const char *text, size_t len)
{
	size_t at, width, total = 0;
	int shown;

	for (at = 0; at < len; total += width)
		at += char_next(text + at, len - at, &width, &shown);
	return total;
}

/* Copy as many characters as fit into cols columns; *used tells how many they take. */
static size_t
copy(char *dst, const char *text, size_t len, size_t cols, size_t *used)
{
	size_t at, n, width, out = 0;
	int shown;

	*used = 0;
	for (at = 0; at < len; at += n) {
		n = char_next(text + at, len - at, &width, &shown);
		if (*used + width > cols)
			break;
		*used += width;
		if (shown) {
			memcpy(dst + out, text + at, n);
			out += n;
		} else {
			dst[out++] = '?';
		}
	}
	return out;
}

size_t
cell_fit(char *dst, const char *text, size_t len, size_t cols, int right)
{
	const size_t width = cell_width(text, len);
	size_t pad = width < cols ? cols - width : 0, out = 0, used;

	if (cols == 0)
		return 0;
	if (right) {
		memset(dst, ' ', pad);
		out = pad;
		pad = 0;
	}
	out += copy(dst + out, text, len, width > cols ? cols - 1 : cols, &used);
	if (width > cols) {
		dst[out++] = CELL_CUT;
		/* A wide character may have left a column over. */
		pad = cols - 1 - used;
	}
	memset(dst + out, ' ', pad);
	return out + pad;
}

/* Write v with 3 digits in the first unit that does; each is 1000 of the one before. */
static size_t
three_digits(char *dst, double v, const char *const unit[], int n)
{
	int i, decimals;

	for (i = 0; i < n - 1 && v >= 999.5; i++)
		v /= 1000;
	decimals = v < 9.995 ? 2 : v < 99.95 ? 1 : 0;
	return (size_t)snprintf(
	    dst, CELL_SHORT, "%.*f%s", i == 0 ? 0 : decimals, v, unit[i]);
}

size_t
cell_count(char *dst, uint64_t v)
{
	static const char *const unit[] = {"", "K", "M", "G", "T", "P", "E"};

	return three_digits(dst, (double)v, unit, 7);
}

size_t
cell_micros(char *dst, uint32_t us)
{
	static const char *const unit[] = {"us", "ms", "s"};

	return three_digits(dst, us, unit, 3);
}

/* Leave out the middle of text so that `room` bytes are left, 1 at least. */
static size_t
elide(char *text, size_t len, size_t room)
{
	size_t head, tail;

	if (len <= room)
		return len;
	if (room == 0)
		room = 1;
	tail = room / 2;
	head = room - 1 - tail;
	text[head] = CELL_ELIDED;
	memmove(text + head + 1, text + len - tail, tail);
	return room;
}

size_t
cell_end(char *dst, const struct conn *c, int remote, size_t cols)
{
	const uint8_t *addr = remote ? c->raddr : c->laddr;
	const int has_addr = (c->has & HAS(remote ? COL_RADDR : COL_LADDR)) != 0;
	const int has_port = (c->has & HAS(remote ? COL_RPORT : COL_LPORT)) != 0;
	const int v6 = has_addr && !addr_is_v4(addr);
	char text[ADDR_TEXT] = "-", port[CELL_SHORT] = "";
	size_t len = 1, around;

	if (has_port)
		snprintf(
		    port, sizeof(port), ":%u", (unsigned)(remote ? c->rport : c->lport));
	around = strlen(port) + (v6 ? 2 : 0);
	if (has_addr)
		len = elide(
		    text, addr_format(text, addr), cols > around ? cols - around : 0);
	return (size_t)snprintf(dst, CELL_TEXT, "%s%.*s%s%s", v6 ? "[" : "", (int)len,
	    text, v6 ? "]" : "", port);
}

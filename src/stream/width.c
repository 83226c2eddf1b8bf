/* width.c - text in columns of a terminal. */
#include <string.h>
#include <wchar.h>

#include "text.h"
#include "width.h"

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

size_t
width_next(const char *text, size_t len, size_t *width, int *shown)
{
	unsigned code = 0;
	size_t i, n;
	int w;

	*width = 1;
	*shown = text[0] >= 0x20 && text[0] < 0x7f;
	if (*shown)
		return 1;
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
width_of(const char *text, size_t len)
{
	size_t at, width, total = 0;
	int shown;

	for (at = 0; at < len; total += width)
		at += width_next(text + at, len - at, &width, &shown);
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
		n = width_next(text + at, len - at, &width, &shown);
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
width_fit(char *dst, const char *text, size_t len, size_t cols, int right)
{
	const size_t width = width_of(text, len);
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
		dst[out++] = WIDTH_CUT;
		/* A wide character may have left a column over. */
		pad = cols - 1 - used;
	}
	memset(dst + out, ' ', pad);
	return out + pad;
}

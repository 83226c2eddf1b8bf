/* text.h - make text from strangers harmless, and bring it back. */
#ifndef TEXT_H
#define TEXT_H

#include <stddef.h>

/*
 * Copy src with every byte that could harm a line or a terminal written as \xNN: below
 * 0x20, 0x7f, the C1 range (U+0080..U+009F), backslash and what is not UTF-8 (RFC 3629:
 * no overlong forms, no surrogates, nothing above U+10FFFF).
 *
 * dst  has room for 4 * len bytes; no NUL is added
 *
 * Returns the number of bytes written.
 */
size_t text_escape(char *dst, const char *src, size_t len);

/*
 * Undo text_escape; a backslash that does not begin \xNN stays as it is.
 *
 * dst  has room for len bytes and may be src
 *
 * Returns the number of bytes written.
 */
size_t text_unescape(char *dst, const char *src, size_t len);

/*
 * Length in bytes of the UTF-8 character at src, 1..4, or 0 where src[0..len) does not
 * begin with a valid one.
 *
 * code  its code point; written on success only
 */
size_t text_utf8(const char *src, size_t len, unsigned *code);

/* Decimal digits of v, at most 20, no NUL. Returns how many. */
size_t text_u64(char *dst, unsigned long long v);

#endif

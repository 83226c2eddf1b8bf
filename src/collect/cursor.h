/* cursor.h - read untrusted bytes in order, each length checked first. */
#ifndef CURSOR_H
#define CURSOR_H

#include <stddef.h>
#include <stdint.h>

struct cursor {
	const uint8_t *at;
	uint32_t left; /* bytes captured from here on */
	uint32_t wire; /* bytes there were, by the original length or a header; >= left */
};

/* The next n bytes, or NULL where fewer were captured. */
static inline const uint8_t *
cursor_take(struct cursor *c, uint32_t n)
{
	const uint8_t *bytes = c->at;

	if (n > c->left)
		return NULL;
	c->at += n;
	c->left -= n;
	c->wire -= n;
	return bytes;
}

/*
 * A header says that all ends n bytes from here: padding and trailers are none of it.
 * Never more than was on the wire, whatever it says.
 */
static inline void
cursor_limit(struct cursor *c, uint32_t n)
{
	if (c->wire > n)
		c->wire = n;
	if (c->left > n)
		c->left = n;
}

static inline unsigned
be16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static inline uint32_t
be32(const uint8_t *p)
{
	return (uint32_t)be16(p) << 16 | be16(p + 2);
}

static inline unsigned
le16(const uint8_t *p)
{
	return (unsigned)p[1] << 8 | p[0];
}

static inline uint32_t
le32(const uint8_t *p)
{
	return (uint32_t)le16(p + 2) << 16 | le16(p);
}

#endif

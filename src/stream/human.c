/* human.c - values as people read them. */
#include <stdio.h>
#include <string.h>

#include "addr.h"
#include "human.h"

static const char *const prefix[] = {"", "K", "M", "G", "T", "P", "E", "Z"};

/* Write v with 3 digits in the first unit that does, each `step` of the one before. */
static size_t
three_digits(char *dst, double v, double step, const char *const unit[], int n)
{
	int i, decimals;

	for (i = 0; i < n - 1 && v >= 999.5; i++)
		v /= step;
	decimals = v < 9.995 ? 2 : v < 99.95 ? 1 : 0;
	return (size_t)snprintf(
	    dst, HUMAN_TEXT, "%.*f%s", i == 0 ? 0 : decimals, v, unit[i]);
}

size_t
human_count(char *dst, uint64_t v)
{
	return three_digits(dst, (double)v, 1000, prefix, 8);
}

size_t
human_bytes(char *dst, uint64_t bytes, enum human_unit unit)
{
	const int bits = unit == HUMAN_BITS || unit == HUMAN_IEC_BITS;

	return three_digits(dst, (double)bytes * (bits ? 8 : 1),
	    unit >= HUMAN_IEC_BYTES ? 1024 : 1000, prefix, 8);
}

size_t
human_bytes_unit(char *dst, uint64_t bytes, enum human_unit unit)
{
	static const char *const name[] = {"B", "b", "B", "b"};
	size_t len = human_bytes(dst, bytes, unit);
	const char last = dst[len - 1];
	const int iec = unit >= HUMAN_IEC_BYTES && (last < '0' || last > '9');

	return len +
	    (size_t)snprintf(
		dst + len, HUMAN_TEXT - len, "%s%s", iec ? "i" : "", name[unit]);
}

size_t
human_micros(char *dst, uint64_t us)
{
	static const char *const unit[] = {"us", "ms", "s"};

	return three_digits(dst, (double)us, 1000, unit, 3);
}

size_t
human_value(char *dst, const struct conn *c, enum column col, enum human_unit unit)
{
	const char *of = columns[col].unit;
	uint64_t v;

	if (!(c->has & HAS(col)) || columns[col].type != TYPE_UINT || of[0] == '\0')
		return column_format(dst, c, col);
	v = column_uint(c, col);
	if (strncmp(of, "bytes", 5) == 0)
		return human_bytes(dst, v, unit);
	if (strcmp(of, "us") == 0 || strcmp(of, "ms") == 0)
		return human_micros(dst, of[0] == 'u' ? v : 1000 * v);
	return human_count(dst, v);
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
	text[head] = HUMAN_ELIDED;
	memmove(text + head + 1, text + len - tail, tail);
	return room;
}

size_t
human_end(char *dst, const struct conn *c, int remote, size_t cols)
{
	const uint8_t *addr = remote ? c->raddr : c->laddr;
	const int has_addr = (c->has & HAS(remote ? COL_RADDR : COL_LADDR)) != 0;
	const int has_port = (c->has & HAS(remote ? COL_RPORT : COL_LPORT)) != 0;
	const int v6 = has_addr && !addr_is_v4(addr) && has_port;
	char text[ADDR_TEXT], port[HUMAN_TEXT] = "";
	size_t len = 1, around;

	text[0] = has_port ? '*' : '-';
	if (has_port)
		snprintf(
		    port, sizeof(port), ":%u", (unsigned)(remote ? c->rport : c->lport));
	around = strlen(port) + (v6 ? 2 : 0);
	if (has_addr)
		len = elide(
		    text, addr_format(text, addr), cols > around ? cols - around : 0);
	return (size_t)snprintf(dst, HUMAN_VALUE, "%s%.*s%s%s", v6 ? "[" : "", (int)len,
	    text, v6 ? "]" : "", port);
}

/* column.c - the one table of columns, and how each is written, read and compared. */
#include <errno.h>
#include <string.h>

#include "addr.h"
#include "column.h"
#include "names.h"
#include "stamp.h"
#include "text.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A column is called as its member. */
#define PLACE(m) offsetof(struct conn, m), sizeof(((struct conn *)NULL)->m)
#define NUMBER(m, unit)                                \
	{                                              \
#m, unit, TYPE_UINT, PLACE(m), NULL, 0 \
	}
#define NAMED(m, names)                                          \
	{                                                        \
#m, "", TYPE_NAME, PLACE(m), names, COUNT(names) \
	}
#define OTHER(m, type)                          \
	{                                       \
#m, "", type, PLACE(m), NULL, 0 \
	}

/* A number without a unit is no quantity: see column_is_quantity. */
const struct column_info columns[COLS] = {
    [COL_TIME] = {"time", "", TYPE_TIME, PLACE(time_ms), NULL, 0},
    [COL_EVENT] = NAMED(event, names_event),
    [COL_PROTO] = NAMED(proto, names_proto),
    [COL_LADDR] = OTHER(laddr, TYPE_ADDR),
    [COL_LPORT] = NUMBER(lport, ""),
    [COL_RADDR] = OTHER(raddr, TYPE_ADDR),
    [COL_RPORT] = NUMBER(rport, ""),
    [COL_STATE] = NAMED(state, names_state),
    [COL_PID] = NUMBER(pid, ""),
    [COL_COMM] = OTHER(comm, TYPE_TEXT),
    [COL_BYTES_IN] = NUMBER(bytes_in, "bytes"),
    [COL_BYTES_OUT] = NUMBER(bytes_out, "bytes"),
    [COL_PACKETS_IN] = NUMBER(packets_in, "segments"),
    [COL_PACKETS_OUT] = NUMBER(packets_out, "segments"),
    [COL_RATE_IN] = NUMBER(rate_in, "bytes/s"),
    [COL_RATE_OUT] = NUMBER(rate_out, "bytes/s"),
    [COL_RTT_US] = NUMBER(rtt_us, "us"),
    [COL_RETRANS] = NUMBER(retrans, "segments"),
    [COL_ROWS] = NUMBER(rows, "rows"),
    [COL_LOST] = NUMBER(lost, "reports"),
    [COL_COOKIE] = NUMBER(cookie, ""),
    [COL_NETNS] = NUMBER(netns, ""),
    [COL_CGROUP] = NUMBER(cgroup, ""),
    [COL_UID] = NUMBER(uid, ""),
    [COL_IFACE] = OTHER(iface, TYPE_TEXT),
    [COL_HOST] = OTHER(host, TYPE_TEXT),
    [COL_AGE_MS] = NUMBER(age_ms, "ms"),
    [COL_IDLE_MS] = NUMBER(idle_ms, "ms"),
    [COL_RTTVAR_US] = NUMBER(rttvar_us, "us"),
    [COL_MIN_RTT_US] = NUMBER(min_rtt_us, "us"),
    [COL_CWND] = NUMBER(cwnd, "segments"),
    [COL_SSTHRESH] = NUMBER(ssthresh, "segments"),
    [COL_MSS] = NUMBER(mss, "bytes"),
    [COL_SENDQ] = NUMBER(sendq, "bytes"),
    [COL_RECVQ] = NUMBER(recvq, "bytes"),
    [COL_DELTA_IN] = NUMBER(delta_in, "bytes"),
    [COL_DELTA_OUT] = NUMBER(delta_out, "bytes"),
    [COL_DELTA_RETRANS] = NUMBER(delta_retrans, "segments"),
    [COL_BYTES_RETRANS] = NUMBER(bytes_retrans, "bytes"),
    [COL_DROPS] = NUMBER(drops, "packets"),
    [COL_CC] = OTHER(cc, TYPE_TEXT),
    [COL_PACING_RATE] = NUMBER(pacing_rate, "bytes/s"),
    [COL_DELIVERY_RATE] = NUMBER(delivery_rate, "bytes/s"),
    [COL_BUSY_MS] = NUMBER(busy_ms, "ms"),
    [COL_RWND_LIMITED_MS] = NUMBER(rwnd_limited_ms, "ms"),
    [COL_SNDBUF_LIMITED_MS] = NUMBER(sndbuf_limited_ms, "ms"),
    [COL_OOO] = NUMBER(ooo, "segments"),
    [COL_ECN_CE] = NUMBER(ecn_ce, "segments"),
    [COL_ERROR] = {"error", "", TYPE_ERRNO, PLACE(error), names_errno,
	COUNT(names_errno)},
    [COL_OWNER] = NAMED(owner, names_owner),
    [COL_CPU_US] = NUMBER(cpu_us, "us"),
};

int
column_find(const char *name, size_t len)
{
	int i;

	for (i = 0; i < COLS; i++) {
		if (strlen(columns[i].name) == len &&
		    memcmp(columns[i].name, name, len) == 0)
			return i;
	}
	return -1;
}

void
column_list_default(struct column_list *list)
{
	for (list->n = 0; list->n < COLS_DEFAULT; list->n++)
		list->col[list->n] = list->n;
}

static int
list_append(struct column_list *list, int col)
{
	if (col < 0)
		return -EINVAL;
	if (memchr(list->col, col, list->n) != NULL)
		return -EEXIST;
	list->col[list->n++] = (uint8_t)col;
	return 0;
}

int
column_list_parse(
    struct column_list *list, const char *text, const char **bad, size_t *badlen)
{
	struct column_list out;
	size_t len;
	int ret;

	out.n = 0;
	if (strcmp(text, "all") == 0) {
		for (out.n = 0; out.n < COLS; out.n++)
			out.col[out.n] = out.n;
		*list = out;
		return 0;
	}
	if (*text == '+') {
		column_list_default(&out);
		text++;
	}
	for (;; text += len + 1) {
		len = strcspn(text, ",");
		ret = list_append(&out, column_find(text, len));
		if (ret < 0) {
			*bad = text;
			*badlen = len;
			return ret;
		}
		if (text[len] == '\0')
			break;
	}
	*list = out;
	return 0;
}

static const void *
member(const struct conn *c, enum column col)
{
	return (const char *)c + columns[col].offset;
}

uint64_t
column_uint(const struct conn *c, enum column col)
{
	const void *p = member(c, col);

	switch (columns[col].size) {
	case 1:
		return *(const uint8_t *)p;
	case 2:
		return *(const uint16_t *)p;
	case 4:
		return *(const uint32_t *)p;
	default:
		return *(const uint64_t *)p;
	}
}

static uint64_t
largest(enum column col)
{
	return UINT64_MAX >> (64 - 8 * columns[col].size);
}

void
column_set_uint(struct conn *c, enum column col, uint64_t v)
{
	void *p = (char *)c + columns[col].offset;

	if (v > largest(col))
		v = largest(col);
	switch (columns[col].size) {
	case 1:
		*(uint8_t *)p = (uint8_t)v;
		break;
	case 2:
		*(uint16_t *)p = (uint16_t)v;
		break;
	case 4:
		*(uint32_t *)p = (uint32_t)v;
		break;
	default:
		*(uint64_t *)p = v;
		break;
	}
	c->has |= HAS(col);
}

void
column_add_uint(struct conn *c, enum column col, const struct conn *other)
{
	uint64_t a, b;

	if ((other->has & HAS(col)) == 0)
		return;
	a = c->has & HAS(col) ? column_uint(c, col) : 0;
	b = column_uint(other, col);
	column_set_uint(c, col, a > UINT64_MAX - b ? UINT64_MAX : a + b);
}

/* NULL where the number has no name. */
static const char *
name_of(enum column col, uint64_t v)
{
	return v < columns[col].nnames ? columns[col].names[v] : NULL;
}

static size_t
format_name(char *dst, enum column col, uint64_t v)
{
	const char *name = name_of(col, v);
	size_t len;

	if (name == NULL)
		return text_u64(dst, v);
	len = strlen(name);
	memcpy(dst, name, len);
	return len;
}

size_t
column_format(char *dst, const struct conn *c, enum column col)
{
	const void *p = member(c, col);

	if ((c->has & HAS(col)) == 0)
		return 0;
	switch (columns[col].type) {
	case TYPE_UINT:
		return text_u64(dst, column_uint(c, col));
	case TYPE_TIME:
		return stamp_rfc3339(dst, c->time_ms);
	case TYPE_NAME:
	case TYPE_ERRNO:
		return format_name(dst, col, column_uint(c, col));
	case TYPE_ADDR:
		return addr_format(dst, p);
	case TYPE_TEXT:
		return text_escape(dst, p, strnlen(p, columns[col].size));
	}
	return 0;
}

/* Digits only: no sign, no blank, no exponent. */
static int
parse_uint(uint64_t *out, const char *field, size_t len)
{
	uint64_t v = 0;
	unsigned digit;
	size_t i;

	for (i = 0; i < len; i++) {
		digit = (unsigned)(field[i] - '0');
		if (digit > 9)
			return -EINVAL;
		/* 19 digits always fit. */
		if (i >= 19 && v > (UINT64_MAX - digit) / 10)
			return -EINVAL;
		v = v * 10 + digit;
	}
	*out = v;
	return len > 0 ? 0 : -EINVAL;
}

/* A name, or a number that has none: kernels grow new ones. */
static int
parse_name(enum column col, uint64_t *v, const char *field, size_t len)
{
	const struct column_info *k = &columns[col];
	uint64_t i;

	for (i = 0; i < k->nnames; i++) {
		if (k->names[i] != NULL && strncmp(k->names[i], field, len) == 0 &&
		    k->names[i][len] == '\0') {
			*v = i;
			return 0;
		}
	}
	if (parse_uint(v, field, len) < 0 || name_of(col, *v) != NULL)
		return -EINVAL;
	return 0;
}

/* Length of text cut to at most max bytes, max < len, not within a UTF-8 character. */
static size_t
cut(const char *text, size_t max)
{
	size_t back = 0;

	while (back < 3 && back < max && (text[max - back] & 0xc0) == 0x80)
		back++;
	return (text[max - back] & 0xc0) == 0xc0 ? max - back : max;
}

/* A stranger's text is no reason to stop: what does not fit is cut. Returns the length.
 */
static size_t
parse_text(struct conn *c, enum column col, const char *field, size_t len)
{
	char *to = (char *)c + columns[col].offset, text[COLUMN_TEXT];

	/* Even if each byte is a \xNN, COLUMN_TEXT holds more of them than any column. */
	len = text_unescape(text, field, len < sizeof(text) ? len : sizeof(text));
	len = strnlen(text, len);
	if (len >= columns[col].size)
		len = cut(text, columns[col].size - 1);
	memcpy(to, text, len);
	memset(to + len, 0, columns[col].size - len);
	return len;
}

int
column_parse(struct conn *c, enum column col, const char *field, size_t len)
{
	uint64_t v;
	int ret = -EINVAL;

	if (len == 0) {
		c->has &= ~HAS(col);
		return 0;
	}
	switch (columns[col].type) {
	case TYPE_UINT:
	case TYPE_NAME:
	case TYPE_ERRNO:
		ret = columns[col].type == TYPE_UINT ? parse_uint(&v, field, len)
						     : parse_name(col, &v, field, len);
		if (ret < 0 || v > largest(col))
			return -EINVAL;
		column_set_uint(c, col, v);
		break;
	case TYPE_TIME:
		ret = stamp_parse(&c->time_ms, field, len);
		break;
	case TYPE_ADDR:
		ret = addr_parse((uint8_t *)c + columns[col].offset, field, len);
		break;
	case TYPE_TEXT:
		if (parse_text(c, col, field, len) == 0)
			return column_parse(c, col, "", 0);
		ret = 0;
		break;
	}
	if (ret == 0)
		c->has |= HAS(col);
	return ret;
}

static int
compare_uint(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* Numbers without a name come before names, as digits come before letters. */
static int
compare_name(enum column col, uint64_t a, uint64_t b)
{
	const char *name_a = name_of(col, a), *name_b = name_of(col, b);

	if (name_a != NULL && name_b != NULL)
		return strcmp(name_a, name_b);
	if (name_a == NULL && name_b == NULL)
		return compare_uint(a, b);
	return name_a == NULL ? -1 : 1;
}

static int
compare_addr(const uint8_t *a, const uint8_t *b)
{
	int v4 = addr_is_v4(b) - addr_is_v4(a);

	return v4 != 0 ? v4 : memcmp(a, b, 16);
}

int
column_compare(const struct conn *a, const struct conn *b, enum column col)
{
	switch (columns[col].type) {
	case TYPE_UINT:
	case TYPE_TIME:
		return compare_uint(column_uint(a, col), column_uint(b, col));
	case TYPE_NAME:
	case TYPE_ERRNO:
		return compare_name(col, column_uint(a, col), column_uint(b, col));
	case TYPE_ADDR:
		return compare_addr(member(a, col), member(b, col));
	case TYPE_TEXT:
		return strncmp(member(a, col), member(b, col), columns[col].size);
	}
	return 0;
}

int
column_is_quantity(enum column col)
{
	return columns[col].type == TYPE_UINT && columns[col].unit[0] != '\0';
}

/*
 * pktap.c - the header macOS puts before each packet: interface, direction, process.
 *
 * Layout: struct pktap_header and struct pktap_v2_hdr of bsd/net/pktap.h in Apple's xnu;
 * host byte order, and every Mac that has PKTAP is little-endian. The header names two
 * processes: the one that holds the socket and, where that works on behalf of another
 * (mDNSResponder, nsurlsessiond), the "effective" one. The holder is taken: it is what
 * the pid column means on other systems, and one socket of mDNSResponder works for many,
 * so that the effective one changes within a flow. Where only the effective one is known,
 * it is better than none.
 */
#include <string.h>

#include "pktap.h"

enum {
	V1_LEAST =
	    108, /* the first version; today's 156 end in a flow, a time and UUIDs */
	V2_LEAST = 40,
	COMM_MOST = 17,   /* MAXCOMLEN + 1 */
	IFNAME_MOST = 24, /* PKTAP_IFXNAMESIZE */
	TYPE_PACKET = 1,  /* PTH_TYPE_PACKET */
	FLAG_IN = 1,
	FLAG_OUT = 2,
	FLAG_V2 = 0x80000,
};

/* Where the two versions have what is wanted; an offset of 0: nowhere. */
struct fields {
	uint32_t length;
	uint32_t dlt;
	uint32_t ifname;
	uint32_t pid;
	uint32_t comm;
	uint32_t epid;
	uint32_t ecomm;
};

static int
fields_v1(struct fields *f, const uint8_t *h)
{
	*f = (struct fields){le32(h), le32(h + 8), 12, 52, 56, 84, 88};
	return f->length >= V1_LEAST && le32(h + 4) == TYPE_PACKET;
}

static int
fields_v2(struct fields *f, const uint8_t *h)
{
	*f = (struct fields){h[0], le16(h + 6), h[3], 28, h[4], 32, h[5]};
	return f->length >= V2_LEAST;
}

/* A text that may lack its NUL; it is cut at the end of the header and of its field. */
static void
copy_text(
    char *dst, size_t size, const uint8_t *h, uint32_t length, uint32_t at, size_t most)
{
	size_t n = 0;

	if (at != 0 && at < length) {
		n = length - at < most ? length - at : most;
		n = strnlen((const char *)h + at, n < size - 1 ? n : size - 1);
		memcpy(dst, h + at, n);
	}
	dst[n] = '\0';
}

/* macOS says 0 or -1 for a process it did not find. */
static uint32_t
process(const uint8_t *p)
{
	return le32(p) == UINT32_MAX ? 0 : le32(p);
}

int
pktap_open(struct packet *out, struct cursor *c)
{
	struct fields f;
	const uint8_t *h;
	uint32_t flags, comm;
	int known;

	h = cursor_take(c, V2_LEAST);
	if (h == NULL)
		return -1;
	flags = le32(h + 36);
	known = (flags & FLAG_V2) != 0 ? fields_v2(&f, h) : fields_v1(&f, h);
	if (!known || cursor_take(c, f.length - V2_LEAST) == NULL || f.dlt > UINT16_MAX)
		return -1;

	if ((flags & (FLAG_IN | FLAG_OUT)) == FLAG_IN)
		out->way = WAY_IN;
	else if ((flags & (FLAG_IN | FLAG_OUT)) == FLAG_OUT)
		out->way = WAY_OUT;
	copy_text(out->iface, sizeof(out->iface), h, f.length, f.ifname, IFNAME_MOST);
	out->pid = process(h + f.pid);
	comm = f.comm;
	if (out->pid == 0) {
		out->pid = process(h + f.epid);
		comm = f.ecomm;
	}
	if (out->pid != 0)
		copy_text(out->comm, sizeof(out->comm), h, f.length, comm, COMM_MOST);
	return (int)f.dlt;
}

/* fuzz_packet.c - any bytes as a few captured packets. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fragments.h"
#include "packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	HEAD =
	    6, /* before each packet: two of length, two of what was cut, two of time */
};

static const int linktypes[] = {
    1, 0, 9, 12, 51, 101, 108, 113, 149, 228, 229, 258, 276, 105};

static struct fragments frags;

static void
check(const struct packet *p, uint32_t original)
{
	/* What was held may come on top. */
	if (p->payload > (uint64_t)original + 65535 || p->payload > 9 * 65535)
		abort();
	if (p->proto != PROTO_TCP && p->proto != PROTO_UDP)
		abort();
	if (p->segments > 1 || p->way > WAY_OUT || p->ecn_ce > 1)
		abort();
	if (p->proto == PROTO_UDP && (p->seq != 0 || p->ack != 0 || p->flags != 0))
		abort();
	if (memchr(p->comm, 0, sizeof(p->comm)) == NULL ||
	    memchr(p->iface, 0, sizeof(p->iface)) == NULL)
		abort();
	if (p->pid == 0 && p->comm[0] != '\0')
		abort();
}

/* In storage of just its size, so that the sanitizer sees a read beyond. */
static void
one(struct packet *p, int linktype, const uint8_t *data, uint32_t captured,
    uint32_t original)
{
	enum packet_result ret;
	uint64_t lost, time_ns;
	uint8_t *bytes;

	bytes = malloc(captured);
	if (bytes == NULL)
		abort();
	memcpy(bytes, data, captured);
	lost = frags.lost;
	time_ns = p->time_ns;
	ret = packet_decode(p, &frags, linktype, bytes, captured, original);
	free(bytes);
	if (ret > PACKET_HELD || p->time_ns != time_ns || frags.lost < lost)
		abort();
	if (ret != PACKET_SKIPPED && !packet_supports(linktype))
		abort();
	if (ret == PACKET_OK)
		check(p, original);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint32_t captured, cut;
	struct packet p;
	int linktype;

	if (size == 0)
		return 0;
	linktype = linktypes[data[0] % (sizeof(linktypes) / sizeof(linktypes[0]))];
	data++;
	size--;
	memset(&p, 0, sizeof(p));
	fragments_init(&frags);
	while (size > HEAD) {
		captured = (uint32_t)data[0] << 8 | data[1];
		cut = ((uint32_t)data[2] << 8 | data[3]) * 8;
		p.time_ns += ((uint64_t)data[4] << 8 | data[5]) << 24;
		data += HEAD;
		size -= HEAD;
		captured = captured < size ? captured : (uint32_t)size;
		memset(p.comm, 'x', sizeof(p.comm));
		one(&p, linktype, data, captured, captured + cut);
		data += captured;
		size -= captured;
	}
	fragments_expire(&frags, UINT64_MAX);
	if (frags.head != frags.tail)
		abort();
	return 0;
}

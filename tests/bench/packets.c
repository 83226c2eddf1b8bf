/*
 * packets N FLOWS - write a capture of N packets of FLOWS connections to stdout, the same
 * every time: handshakes, requests, answers, acknowledgements, some segments sent again,
 * some too early.
 */
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MSS = 1448, ETHER = 14, IP = 20, TCP = 32, HEAD = ETHER + IP + TCP };

struct side {
	uint32_t next;
};

struct flow {
	struct side side[2];
	uint32_t step;
};

static uint64_t state = 0x9e3779b97f4a7c15;
static uint64_t time_us = 1700000000000000;

static uint32_t
dice(uint32_t sides)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 33) % sides;
}

static void
be16(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void
be32(uint8_t *p, uint32_t v)
{
	be16(p, v >> 16);
	be16(p + 2, v);
}

/* One segment of a flow, from the client (0) or the server (1). */
static void
emit(unsigned number, int from, uint32_t seq, uint32_t ack, uint8_t flags, uint32_t len)
{
	static uint8_t p[HEAD + MSS];
	uint32_t head[4], ends[2], ports[2];

	ends[0] = 0x0a000000u + number / 200;
	ends[1] = 0x0a800000u + number % 50;
	ports[0] = 20000 + number % 40000;
	ports[1] = 443;
	p[12] = 8, p[13] = 0;
	p[ETHER] = 0x45;
	be16(p + ETHER + 2, IP + TCP + len);
	p[ETHER + 8] = 64, p[ETHER + 9] = 6;
	be32(p + ETHER + 12, ends[from]);
	be32(p + ETHER + 16, ends[!from]);
	be16(p + ETHER + IP, ports[from]);
	be16(p + ETHER + IP + 2, ports[!from]);
	be32(p + ETHER + IP + 4, seq);
	be32(p + ETHER + IP + 8, ack);
	p[ETHER + IP + 12] = TCP / 4 << 4;
	p[ETHER + IP + 13] = flags;
	be16(p + ETHER + IP + 14, 5000);
	memcpy(p + ETHER + IP + 20, "\1\1\10\12", 4);
	be32(p + ETHER + IP + 24, (uint32_t)(time_us / 1000));
	time_us += 1 + dice(20);
	head[0] = (uint32_t)(time_us / 1000000);
	head[1] = (uint32_t)(time_us % 1000000);
	head[2] = head[3] = HEAD + len;
	if (fwrite(head, sizeof(head), 1, stdout) != 1 ||
	    fwrite(p, HEAD + len, 1, stdout) != 1)
		err(1, "stdout");
}

/* The next packet of a connection; it begins anew when it is over. */
static void
play(struct flow *f, unsigned number)
{
	struct side *client = &f->side[0], *server = &f->side[1];
	uint32_t len, step = f->step++;

	if (step == 0) {
		client->next = dice(0x7fffffff);
		server->next = dice(0x7fffffff);
		emit(number, 0, client->next++, 0, 2, 0);
	} else if (step == 1) {
		emit(number, 1, server->next++, client->next, 0x12, 0);
	} else if (step == 2) {
		emit(number, 0, client->next, server->next, 0x10, 0);
	} else if (step >= 400 && step % 2 == 0) {
		emit(number, 0, client->next, server->next, 0x11, 0);
		client->next++;
	} else if (step >= 400) {
		emit(number, 1, server->next, client->next, 0x11, 0);
		emit(number, 0, client->next, server->next + 1, 0x10, 0);
		f->step = 0;
	} else if (step % 8 == 3) {
		len = 100 + dice(300);
		emit(number, 0, client->next, server->next, 0x18, len);
		client->next += len;
	} else if (step % 2 == 0) {
		len = dice(4) == 0 ? MSS : 1 + dice(600);
		/* Now and then once more. */
		if (dice(50) == 0)
			emit(number, 1, server->next, client->next, 0x10, len);
		emit(number, 1, server->next, client->next, 0x10, len);
		server->next += len;
	} else {
		emit(number, 0, client->next, server->next, 0x10, 0);
	}
}

int
main(int argc, char **argv)
{
	static const uint32_t head[] = {0xa1b2c3d4, 4 << 16 | 2, 0, 0, 65535, 1};
	struct flow *flow;
	unsigned long i, n;
	unsigned flows, number;

	if (argc != 3)
		errx(2, "usage: packets packets connections");
	n = strtoul(argv[1], NULL, 10);
	flows = (unsigned)strtoul(argv[2], NULL, 10);
	flow = calloc(flows, sizeof(*flow));
	if (flow == NULL || flows == 0)
		err(1, "%s connections", argv[2]);
	if (fwrite(head, sizeof(head), 1, stdout) != 1)
		err(1, "stdout");
	for (i = 0; i < n; i++) {
		number = dice(flows);
		play(&flow[number], number);
	}
	free(flow);
	if (fclose(stdout) != 0)
		err(1, "stdout");
	return 0;
}

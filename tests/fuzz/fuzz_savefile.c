/*
 * fuzz_savefile - a capture of any bytes, through libpcap, packet and flow to rows: all
 * of -r but the writing. The first byte sets how connections are told apart and how few
 * fit.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pcap/pcap.h>

#include "capture.h"
#include "writer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
tell(struct capture *c, struct writer *w, int last)
{
	struct conn *row;
	int i, n;

	capture_begin(c, capture_time_ns(c), last);
	while ((n = capture_step(c, &row)) >= 0)
		for (i = 0; i < n; i++)
			if (writer_row(w, &row[i]) < 0)
				abort();
	if (w->len > 0 && memchr(w->buf, '\0', w->len) != NULL)
		abort();
	w->len = 0;
}

static void
read_all(pcap_t *p, struct capture *c, struct writer *w, unsigned every)
{
	struct pcap_pkthdr *h;
	struct packet packet;
	const uint8_t *bytes;
	unsigned n;

	memset(&packet, 0, sizeof(packet));
	for (n = 1; pcap_next_ex(p, &h, &bytes) == 1; n++) {
		packet.time_ns =
		    (uint64_t)h->ts.tv_sec * 1000000000 + (uint64_t)h->ts.tv_usec;
		capture_packet(c, pcap_datalink(p), &packet, bytes, h->caplen, h->len);
		if (n % every == 0)
			tell(c, w, 0);
	}
	tell(c, w, 1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char error[PCAP_ERRBUF_SIZE];
	struct options o;
	struct capture *c;
	struct writer w;
	const char *bad;
	size_t len;
	FILE *file;
	pcap_t *p;

	if (size < 2)
		return 0;
	memset(&o, 0, sizeof(o));
	o.tcp = o.udp = o.v4 = o.v6 = 1;
	o.port.hi = o.lport.hi = o.rport.hi = UINT16_MAX;
	o.udp_timeout_ns = 5000000000;
	o.max_flows = 1 + data[0] % 16;
	o.changed = data[0] >> 4 & 1;
	o.n_locals = data[0] >> 5 & 1;
	file = fmemopen((void *)(uintptr_t)(data + 1), size - 1, "r");
	if (file == NULL)
		abort();
	p = pcap_fopen_offline_with_tstamp_precision(
	    file, PCAP_TSTAMP_PRECISION_NANO, error);
	if (p == NULL) {
		fclose(file);
		return 0;
	}
	if (capture_open(&c, &o, 0) < 0)
		abort();
	writer_init(&w);
	if (column_list_parse(&w.columns, "all", &bad, &len) < 0)
		abort();
	read_all(p, c, &w, 1 + data[0] % 7);
	writer_free(&w);
	capture_close(c);
	pcap_close(p);
	return 0;
}

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <pcap/pcap.h>

#include "backend.h"
#include "capture.h"
#include "packet.h"
#include "progress.h"

enum {
	AT_ONCE = 1024, /* packets before signals are looked at */
	/*
	 * Intervals without a packet are told like others, up to so many in a row: a
	 * damaged time may lie a century ahead.
	 */
	QUIET_MAX = 100000,
};

struct source {
	pcap_t *pcap;
	struct capture *capture;
	struct progress progress;
	FILE *file;
	uint64_t interval_ns;
	uint64_t next_ns; /* the snapshot after this time is due; 0: no packet yet */
	const struct pcap_pkthdr *head; /* a packet read, but not taken in */
	const uint8_t *data;
	struct packet packet;
	uint64_t told_ms; /* time of the snapshot before */
	int over;
	char why[PCAP_ERRBUF_SIZE + 64];
};

static void
savefile_close(struct source *s)
{
	if (s == NULL)
		return;
	capture_close(s->capture);
	if (s->pcap != NULL)
		pcap_close(s->pcap);
	free(s);
}

static int
set_filter(struct source *s, const char *text, char *why, size_t len)
{
	struct bpf_program f;

	if (text == NULL)
		return 0;
	if (pcap_compile(s->pcap, &f, text, 1, PCAP_NETMASK_UNKNOWN) < 0) {
		snprintf(why, len, "-F (--filter) '%s': %s", text, pcap_geterr(s->pcap));
		return -EINVAL;
	}
	pcap_setfilter(s->pcap, &f);
	pcap_freecode(&f);
	return 0;
}

static int
open_file(struct source *s, const struct options *o, char *why, size_t len)
{
	char error[PCAP_ERRBUF_SIZE];
	struct stat st;

	s->pcap = pcap_open_offline_with_tstamp_precision(
	    o->read_file, PCAP_TSTAMP_PRECISION_NANO, error);
	if (s->pcap == NULL) {
		snprintf(why, len, "-r (--read) '%s': %s", o->read_file, error);
		return -EINVAL;
	}
	if (!packet_supports(pcap_datalink(s->pcap))) {
		snprintf(why, len,
		    "-r (--read) '%s': packets of link type %d, which tcptop cannot read",
		    o->read_file, pcap_datalink(s->pcap));
		return -EINVAL;
	}
	s->file = pcap_file(s->pcap);
	memset(&st, 0, sizeof(st));
	if (fstat(fileno(s->file), &st) < 0 || !S_ISREG(st.st_mode))
		st.st_size = 0;
	progress_init(&s->progress, (uint64_t)st.st_size);
	return 0;
}

static int
savefile_open(struct source **out, const struct options *o, char *why, size_t len)
{
	struct source *s;
	int ret;

	why[0] = '\0';
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return -ENOMEM;
	s->interval_ns = o->interval_ns;
	ret = open_file(s, o, why, len);
	if (ret == 0)
		ret = set_filter(s, o->pcap_filter, why, len);
	if (ret == 0) {
		ret = capture_open(&s->capture, o, 0);
		if (ret < 0)
			snprintf(why, len, "%s", strerror(-ret));
	}
	if (ret < 0) {
		savefile_close(s);
		return ret;
	}
	*out = s;
	return 0;
}

static uint64_t
time_of(const struct pcap_pkthdr *h)
{
	return (uint64_t)h->ts.tv_sec * 1000000000 + (uint64_t)h->ts.tv_usec;
}

/* Take the packet that was read in, unless a snapshot is due before it. */
static int
take(struct source *s)
{
	uint64_t at = time_of(s->head);

	if (s->next_ns == 0)
		s->next_ns = at + s->interval_ns;
	if (at >= s->next_ns)
		return DRAINED_DUE;
	s->packet.time_ns = at;
	capture_packet(s->capture, pcap_datalink(s->pcap), &s->packet, s->data,
	    s->head->caplen, s->head->len);
	s->head = NULL;
	return DRAINED;
}

/* The file ended, or cannot be read any further. */
static int
end(struct source *s, int ret)
{
	s->over = 1;
	progress_end(&s->progress);
	if (ret == PCAP_ERROR_BREAK)
		return DRAINED_OVER;
	/* A signal ended the wait for a pipe. */
	if (ferror(s->file) && errno == EINTR)
		return DRAINED_OVER;
	snprintf(s->why, sizeof(s->why), "-r (--read): %s", pcap_geterr(s->pcap));
	return -EIO;
}

static int
savefile_drain(struct source *s)
{
	struct pcap_pkthdr *head;
	int i, ret;

	for (i = 0; i < AT_ONCE && !s->over; i++) {
		if (s->head == NULL) {
			ret = pcap_next_ex(s->pcap, &head, &s->data);
			if (ret != 1)
				return end(s, ret);
			s->head = head;
		}
		if (take(s) == DRAINED_DUE)
			return DRAINED_DUE;
	}
	progress_show(
	    &s->progress, (uint64_t)ftello(s->file), capture_packets(s->capture));
	return DRAINED;
}

/*
 * The time of the snapshot: the end of its interval; where the file ends before, or a
 * signal comes, the last packet's.
 */
static int
savefile_begin(struct source *s, int last, uint64_t *time_ms)
{
	uint64_t at = capture_time_ns(s->capture), quiet;

	if (s->head != NULL && time_of(s->head) >= s->next_ns) {
		at = s->next_ns;
		quiet = (time_of(s->head) - at) / s->interval_ns;
		if (quiet > QUIET_MAX)
			s->next_ns += quiet * s->interval_ns;
		s->next_ns += s->interval_ns;
	}
	/* Two snapshots may not have one time. */
	*time_ms = at / 1000000 != s->told_ms ? at / 1000000 : s->told_ms + 1;
	s->told_ms = *time_ms;
	return capture_begin(s->capture, at, last);
}

static int
savefile_step(struct source *s, struct conn **rows)
{
	return capture_step(s->capture, rows);
}

static uint64_t
savefile_lost(struct source *s)
{
	return capture_lost(s->capture);
}

static const char *
savefile_remark(struct source *s)
{
	uint64_t n = capture_skipped(s->capture);

	if (s->why[0] == '\0' && n > 0)
		snprintf(s->why, sizeof(s->why),
		    "%llu of %llu packets were neither TCP nor UDP, or damaged",
		    (unsigned long long)n,
		    (unsigned long long)capture_packets(s->capture));
	return s->why;
}

const struct backend backend_savefile = {
    .name = "pcap",
    .open = savefile_open,
    .drain = savefile_drain,
    .begin = savefile_begin,
    .step = savefile_step,
    .lost = savefile_lost,
    .remark = savefile_remark,
    .close = savefile_close,
};

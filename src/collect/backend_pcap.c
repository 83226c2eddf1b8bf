#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <pcap/pcap.h>

#include "backend.h"
#include "capture.h"
#include "packet.h"
#include "rights.h"

enum {
	SNAP_LEN = 256,    /* all headers that we follow; no payload */
	BUFFER = 16 << 20, /* for each interface, in the kernel */
	PATIENCE_MS = 40,  /* the kernel may keep a packet so long before we see it */
	AT_ONCE = 4096,    /* packets of one interface before others have their turn */
};

struct interface {
	const char *name;
	pcap_t *pcap;
	int linktype;
	struct capture *capture;
	struct packet packet; /* what is the same for all of its packets is set */
	uint32_t tick_ns;     /* of the packets' times */
	uint64_t lost;        /* as of the last snapshot */
};

struct source {
	struct interface interface[OPTIONS_LIST];
	int n;
	struct capture *capture;
	char why[PCAP_ERRBUF_SIZE + 64];
};

_Static_assert((int)OPTIONS_LIST <= (int)SOURCE_FDS, "each interface has a descriptor");

static void
live_close(struct source *s)
{
	int i;

	if (s == NULL)
		return;
	for (i = 0; i < s->n; i++)
		if (s->interface[i].pcap != NULL)
			pcap_close(s->interface[i].pcap);
	capture_close(s->capture);
	free(s);
}

static int
refuse(const struct interface *f, const char *reason, char *why, size_t len)
{
	snprintf(why, len, "-i (--interface) '%s': %s", f->name, reason);
	return -EINVAL;
}

/* "any" says more in the second form of its header: the interface. */
static void
choose_linktype(struct interface *f)
{
#ifdef DLT_LINUX_SLL2
	if (pcap_datalink(f->pcap) == DLT_LINUX_SLL)
		pcap_set_datalink(f->pcap, DLT_LINUX_SLL2);
#endif
#ifdef DLT_PKTAP
	/* macOS: without asking for it there is no process in the header. */
	if (strncmp(f->name, "pktap", 5) == 0)
		pcap_set_datalink(f->pcap, DLT_PKTAP);
#endif
	f->linktype = pcap_datalink(f->pcap);
	f->tick_ns =
	    pcap_get_tstamp_precision(f->pcap) == PCAP_TSTAMP_PRECISION_NANO ? 1 : 1000;
}

static int
activate(struct interface *f, char *why, size_t len)
{
	char reason[PCAP_ERRBUF_SIZE + 64];
	int ret;

	pcap_set_snaplen(f->pcap, SNAP_LEN);
	pcap_set_buffer_size(f->pcap, BUFFER);
	/* Not immediate mode, for which libpcap gives up TPACKET_V3. */
	pcap_set_timeout(f->pcap, PATIENCE_MS);
	pcap_set_tstamp_precision(f->pcap, PCAP_TSTAMP_PRECISION_NANO);
	ret = pcap_activate(f->pcap);
	if (ret == PCAP_ERROR_PERM_DENIED) {
		snprintf(why, len, "tcptop requires root privileges. Run with sudo.");
		return -EPERM;
	}
	if (ret < 0) {
		snprintf(reason, sizeof(reason), "%s: %s", pcap_statustostr(ret),
		    pcap_geterr(f->pcap));
		return refuse(f, reason, why, len);
	}
	choose_linktype(f);
	if (packet_supports(f->linktype))
		return 0;
	snprintf(reason, sizeof(reason),
	    "its packets are of link type %d, which tcptop "
	    "cannot read",
	    f->linktype);
	return refuse(f, reason, why, len);
}

/* Also where nothing is filtered: it is the filter that cuts packets to SNAP_LEN. */
static int
set_filter(struct interface *f, const char *filter, char *why, size_t len)
{
	struct bpf_program prog;
	int ret;

	if (pcap_compile(f->pcap, &prog, filter, 1, PCAP_NETMASK_UNKNOWN) < 0) {
		snprintf(
		    why, len, "-F (--filter) '%s': %s", filter, pcap_geterr(f->pcap));
		return -EINVAL;
	}
	ret = pcap_setfilter(f->pcap, &prog);
	pcap_freecode(&prog);
	return ret < 0 ? refuse(f, pcap_geterr(f->pcap), why, len) : 0;
}

static int
open_interface(struct interface *f, const char *filter, char *why, size_t len)
{
	char error[PCAP_ERRBUF_SIZE];
	int ret;

	f->pcap = pcap_create(f->name, error);
	if (f->pcap == NULL)
		return refuse(f, error, why, len);
	ret = activate(f, why, len);
	if (ret < 0)
		return ret;
	ret = set_filter(f, filter != NULL ? filter : "", why, len);
	if (ret < 0)
		return ret;
	if (pcap_setnonblock(f->pcap, 1, error) < 0)
		return refuse(f, error, why, len);
	return 0;
}

static uint64_t
clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static int
live_open(struct source **out, const struct options *o, char *why, size_t len)
{
	struct source *s;
	int i, ret;

	why[0] = '\0';
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return -ENOMEM;
	ret = capture_open(&s->capture, o, clock_ns());
	if (ret < 0)
		snprintf(why, len, "%s", strerror(-ret));
	for (i = 0; ret == 0 && i < o->n_interfaces; i++) {
		s->interface[i].name = o->interfaces[i];
		s->interface[i].capture = s->capture;
		s->interface[i].packet.ifindex = if_nametoindex(o->interfaces[i]);
		snprintf(
		    s->interface[i].packet.iface, CONN_IFACE, "%s", o->interfaces[i]);
		s->n = i + 1;
		ret = open_interface(&s->interface[i], o->pcap_filter, why, len);
	}
	if (ret < 0) {
		live_close(s);
		return ret;
	}
	*out = s;
	return 0;
}

static int
live_fds(const struct source *s, struct pollfd *p)
{
	int i;

	for (i = 0; i < s->n; i++) {
		p[i].fd = pcap_get_selectable_fd(s->interface[i].pcap);
		p[i].events = POLLIN;
	}
	return s->n;
}

static void
on_packet(u_char *user, const struct pcap_pkthdr *h, const u_char *data)
{
	struct interface *f = (struct interface *)user;

	f->packet.time_ns =
	    (uint64_t)h->ts.tv_sec * 1000000000 + (uint64_t)h->ts.tv_usec * f->tick_ns;
	capture_packet(f->capture, f->linktype, &f->packet, data, h->caplen, h->len);
}

static int
live_drain(struct source *s)
{
	struct interface *f;
	int i;

	for (i = 0; i < s->n; i++) {
		f = &s->interface[i];
		if (pcap_dispatch(f->pcap, AT_ONCE, on_packet, (u_char *)f) >= 0)
			continue;
		/* It was taken away, or down. */
		snprintf(s->why, sizeof(s->why), "-i (--interface) '%s': %s", f->name,
		    pcap_geterr(f->pcap));
		return -EIO;
	}
	return DRAINED;
}

static int
live_begin(struct source *s, int last, uint64_t *time_ms)
{
	struct pollfd p[SOURCE_FDS];
	int i;

	(void)time_ms;
	/* What has been seen, but waits in the kernel, would never be told. */
	for (i = 0; last && i < 2; i++) {
		poll(p, (nfds_t)live_fds(s, p), PATIENCE_MS);
		live_drain(s);
	}
	return capture_begin(s->capture, clock_ns(), last);
}

static int
live_step(struct source *s, struct conn **rows)
{
	/* What comes now belongs to the next snapshot; the kernel's buffer holds it. */
	return capture_step(s->capture, rows);
}

static uint64_t
live_lost(struct source *s)
{
	struct pcap_stat st;
	uint64_t lost, now;
	int i;

	lost = capture_lost(s->capture);
	for (i = 0; i < s->n; i++) {
		if (pcap_stats(s->interface[i].pcap, &st) < 0)
			continue;
		now = (uint64_t)st.ps_drop + st.ps_ifdrop;
		/* The counters are 32 bits wide. */
		lost += (uint32_t)(now - s->interface[i].lost);
		s->interface[i].lost = now;
	}
	return lost;
}

static const char *
live_remark(struct source *s)
{
	return s->why;
}

const struct backend backend_pcap = {
    .name = "pcap",
    .rights = RIGHT_PROCESSES,
    .open = live_open,
    .fds = live_fds,
    .drain = live_drain,
    .begin = live_begin,
    .step = live_step,
    .lost = live_lost,
    .remark = live_remark,
    .close = live_close,
};

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <string.h>
#include <sys/socket.h>

#include "diag_end.h"
#include "diag_row.h"

enum { INFINITE_SSTHRESH = 0x7fffffff }; /* TCP_INFINITE_SSTHRESH, include/net/tcp.h */

/* --- reading -------------------------------------------------------------------------
 */

static void
copy_text(char *to, size_t size, const void *from, size_t len)
{
	if (len >= size)
		len = size - 1;
	memcpy(to, from, len);
	to[len] = '\0';
}

static void
read_attribute(struct diag_socket *s, unsigned type, const void *data, size_t len)
{
	const size_t drops = SK_MEMINFO_DROPS * sizeof(s->drops);

	switch (type) {
	case INET_DIAG_INFO:
		s->info_len = len < sizeof(s->info) ? len : sizeof(s->info);
		memcpy(&s->info, data, s->info_len);
		break;
	case INET_DIAG_CONG:
		copy_text(s->cc, sizeof(s->cc), data, len);
		s->has |= HAS(COL_CC);
		break;
	case INET_DIAG_SKMEMINFO:
		if (len < drops + sizeof(s->drops))
			break;
		memcpy(&s->drops, (const char *)data + drops, sizeof(s->drops));
		s->has |= HAS(COL_DROPS);
		break;
	case INET_DIAG_CGROUP_ID:
		if (len != sizeof(s->cgroup))
			break;
		memcpy(&s->cgroup, data, sizeof(s->cgroup));
		s->has |= HAS(COL_CGROUP);
		break;
	default:
		break;
	}
}

int
diag_read(
    struct diag_socket *s, const struct inet_diag_msg *m, const void *attrs, size_t len)
{
	const char *at = attrs;
	struct nlattr head;
	size_t step;

	memset(s, 0, sizeof(*s));
	s->cookie = (uint64_t)m->id.idiag_cookie[1] << 32 | m->id.idiag_cookie[0];
	s->id = m->id;
	s->family = m->idiag_family;
	s->state = m->idiag_state;
	s->uid = m->idiag_uid;
	s->inode = m->idiag_inode;
	s->recvq = m->idiag_rqueue;
	s->sendq = m->idiag_wqueue;
	while (len >= sizeof(head)) {
		memcpy(&head, at, sizeof(head));
		if (head.nla_len < NLA_HDRLEN || head.nla_len > len)
			return -EBADMSG;
		read_attribute(s, head.nla_type & NLA_TYPE_MASK, at + NLA_HDRLEN,
		    (size_t)(head.nla_len - NLA_HDRLEN));
		step = NLA_ALIGN(head.nla_len);
		if (step >= len)
			break;
		at += step;
		len -= step;
	}
	/* The state of the same moment as the counters, or nearly so. */
	if (s->info_len > 0)
		s->state = s->info.tcpi_state;
	return 0;
}

int
diag_is_full(const struct diag_socket *s)
{
	return s->info_len > 0 && s->state != DIAG_CLOSE && s->state != DIAG_TIME_WAIT &&
	    s->state != DIAG_NEW_SYN_RECV;
}

/* --- filling --------------------------------------------------------------------------
 */

static void
set_address(uint8_t to[16], uint8_t family, const __be32 from[4])
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	if (family == AF_INET6) {
		memcpy(to, from, 16);
		return;
	}
	memcpy(to, mapped, sizeof(mapped));
	memcpy(to + sizeof(mapped), from, 4);
}

static uint64_t
fill_ends(struct conn *c, const struct diag_socket *s, uint8_t state)
{
	uint64_t has = HAS(COL_PROTO) | HAS(COL_STATE) | HAS(COL_LADDR) | HAS(COL_COOKIE);

	c->proto = PROTO_TCP;
	c->state = state;
	c->cookie = s->cookie;
	set_address(c->laddr, s->family, s->id.idiag_src);
	set_address(c->raddr, s->family, s->id.idiag_dst);
	c->lport = ntohs(s->id.idiag_sport);
	c->rport = ntohs(s->id.idiag_dport);
	if (c->lport != 0)
		has |= HAS(COL_LPORT);
	return state == DIAG_LISTEN ? has : has | HAS(COL_RADDR) | HAS(COL_RPORT);
}

static uint64_t
fill_counts(struct conn *c, const struct diag_socket *s, unsigned fin)
{
	const struct tcp_info *i = &s->info;
	uint64_t has = 0;

	if (DIAG_HAS(s, tcpi_total_retrans)) {
		c->retrans = i->tcpi_total_retrans;
		has |= HAS(COL_RETRANS) | HAS(COL_DELTA_RETRANS);
	}
	if (DIAG_HAS(s, tcpi_bytes_received)) {
		c->bytes_in = i->tcpi_bytes_received - fin;
		has |= HAS(COL_BYTES_IN) | HAS(COL_DELTA_IN) | HAS(COL_RATE_IN);
	}
	if (DIAG_HAS(s, tcpi_segs_in))
		has |= HAS(COL_PACKETS_IN) | HAS(COL_PACKETS_OUT);
	if (DIAG_HAS(s, tcpi_bytes_retrans)) {
		c->bytes_out = diag_payload_out(s);
		c->bytes_retrans = i->tcpi_bytes_retrans;
		has |= HAS(COL_BYTES_OUT) | HAS(COL_DELTA_OUT) | HAS(COL_RATE_OUT) |
		    HAS(COL_BYTES_RETRANS);
	}
	return has;
}

static uint64_t
fill_rtt(struct conn *c, const struct diag_socket *s)
{
	const struct tcp_info *i = &s->info;
	uint64_t has = 0;

	c->rtt_us = i->tcpi_rtt;
	c->rttvar_us = i->tcpi_rttvar;
	if (c->rtt_us != 0)
		has |= HAS(COL_RTT_US) | HAS(COL_RTTVAR_US);
	c->min_rtt_us = i->tcpi_min_rtt;
	if (DIAG_HAS(s, tcpi_min_rtt) && c->min_rtt_us != UINT32_MAX)
		has |= HAS(COL_MIN_RTT_US);
	return has;
}

/* What the sender waits for, and how fast it goes. */
static uint64_t
fill_sender(struct conn *c, const struct diag_socket *s)
{
	const struct tcp_info *i = &s->info;
	uint64_t has = HAS(COL_CWND) | HAS(COL_MSS);

	c->cwnd = i->tcpi_snd_cwnd;
	c->mss = i->tcpi_snd_mss;
	c->ssthresh = i->tcpi_snd_ssthresh;
	if (c->ssthresh < INFINITE_SSTHRESH)
		has |= HAS(COL_SSTHRESH);
	c->pacing_rate = i->tcpi_pacing_rate;
	if (DIAG_HAS(s, tcpi_pacing_rate) && c->pacing_rate != UINT64_MAX)
		has |= HAS(COL_PACING_RATE);
	c->delivery_rate = i->tcpi_delivery_rate;
	if (c->delivery_rate != 0)
		has |= HAS(COL_DELIVERY_RATE);
	if (DIAG_HAS(s, tcpi_sndbuf_limited)) {
		c->busy_ms = (uint32_t)(i->tcpi_busy_time / 1000);
		c->rwnd_limited_ms = (uint32_t)(i->tcpi_rwnd_limited / 1000);
		c->sndbuf_limited_ms = (uint32_t)(i->tcpi_sndbuf_limited / 1000);
		has |= HAS(COL_BUSY_MS) | HAS(COL_RWND_LIMITED_MS) |
		    HAS(COL_SNDBUF_LIMITED_MS);
	}
	return has;
}

static uint32_t
least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static uint64_t
fill_queues(struct conn *c, const struct diag_socket *s, uint8_t state, int fin)
{
	/* A FIN that the application has come to is not in the queue any more. */
	c->recvq = s->recvq - (state != DIAG_LISTEN && fin && s->recvq > 0);
	c->sendq = s->sendq;
	if (state == DIAG_SYN_SENT || state == DIAG_SYN_RECV)
		c->sendq = c->recvq = 0;
	return HAS(COL_SENDQ) | HAS(COL_RECVQ);
}

static uint64_t
fill_rest(struct conn *c, const struct diag_socket *s)
{
	const struct tcp_info *i = &s->info;
	uint64_t has = HAS(COL_IDLE_MS);

	c->idle_ms = least(
	    i->tcpi_last_data_sent, least(i->tcpi_last_data_recv, i->tcpi_last_ack_recv));
	if (DIAG_HAS(s, tcpi_delivered_ce)) {
		c->ecn_ce = i->tcpi_delivered_ce;
		has |= HAS(COL_ECN_CE);
	}
	if (DIAG_HAS(s, tcpi_rcv_ooopack)) {
		c->ooo = i->tcpi_rcv_ooopack;
		has |= HAS(COL_OOO);
	}
	if ((s->has & HAS(COL_CC)) != 0)
		memcpy(c->cc, s->cc, sizeof(c->cc));
	return has | (s->has & HAS(COL_CC));
}

void
diag_fill(struct conn *c, const struct diag_socket *s, uint8_t state, unsigned fin)
{
	uint64_t has;

	has = fill_ends(c, s, state);
	/* Of one that lives, `fin` may be caution. */
	has |= fill_queues(
	    c, s, state, fin != 0 && (diag_had_fin(state) || s->state == DIAG_CLOSE));
	/* A message of one that has ceased has neither. */
	if (s->state != DIAG_CLOSE) {
		c->uid = s->uid;
		has |= HAS(COL_UID);
	}
	if ((s->has & HAS(COL_DROPS)) != 0)
		c->drops = s->drops;
	if ((s->has & HAS(COL_CGROUP)) != 0)
		c->cgroup = s->cgroup;
	has |= s->has & (HAS(COL_DROPS) | HAS(COL_CGROUP));
	if (state != DIAG_LISTEN) {
		/* These may not be known any more. */
		c->has &= ~(HAS(COL_SSTHRESH) | HAS(COL_PACING_RATE) | HAS(COL_RTT_US) |
		    HAS(COL_RTTVAR_US) | HAS(COL_DELIVERY_RATE) | HAS(COL_MIN_RTT_US));
		has |= fill_counts(c, s, fin) | fill_rtt(c, s) | fill_sender(c, s) |
		    fill_rest(c, s);
	}
	c->has |= has;
}

/* diag.h - messages of sock_diag made by hand. */
#ifndef DIAG_H
#define DIAG_H

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <string.h>
#include <sys/socket.h>

#include "diag_row.h"

/* Lengths of tcp_info: Linux 4.18, 4.19 to 5.3, 5.4, all. */
enum { INFO_4_18 = 200, INFO_4_19 = 224, INFO_5_4 = 232 };

struct message {
	struct inet_diag_msg head;
	uint8_t attrs[1024];
	size_t len;
};

static inline void
attribute(struct message *m, uint16_t type, const void *data, size_t len)
{
	struct nlattr a;

	a.nla_type = type;
	a.nla_len = (uint16_t)(NLA_HDRLEN + len);
	memcpy(m->attrs + m->len, &a, sizeof(a));
	memcpy(m->attrs + m->len + NLA_HDRLEN, data, len);
	m->len += NLA_ALIGN(a.nla_len);
}

/* 10.0.0.1:1000+cookie to 10.0.0.2:80. */
static inline struct message
message(uint64_t cookie, const struct tcp_info *info, size_t len)
{
	struct message m;

	memset(&m, 0, sizeof(m));
	m.head.idiag_family = AF_INET;
	m.head.idiag_state = info->tcpi_state;
	m.head.id.idiag_sport = htons((uint16_t)(1000 + cookie));
	m.head.id.idiag_dport = htons(80);
	m.head.id.idiag_src[0] = htonl(0x0a000001);
	m.head.id.idiag_dst[0] = htonl(0x0a000002);
	m.head.id.idiag_cookie[0] = (uint32_t)cookie;
	m.head.id.idiag_cookie[1] = (uint32_t)(cookie >> 32);
	m.head.idiag_inode = 5;
	if (len > 0)
		attribute(&m, INET_DIAG_INFO, info, len);
	return m;
}

/* An established connection whose counters have been still for long. */
static inline struct tcp_info
quiet(uint64_t in, uint64_t out)
{
	struct tcp_info i;

	memset(&i, 0, sizeof(i));
	i.tcpi_state = DIAG_ESTABLISHED;
	i.tcpi_last_data_sent = i.tcpi_last_data_recv = i.tcpi_last_ack_recv = 5000;
	i.tcpi_bytes_received = in;
	i.tcpi_bytes_sent = out;
	i.tcpi_bytes_acked = out;
	i.tcpi_segs_in = i.tcpi_segs_out = 3;
	i.tcpi_rtt = 70;
	i.tcpi_rttvar = 7;
	i.tcpi_min_rtt = UINT32_MAX;
	i.tcpi_snd_ssthresh = 0x7fffffff;
	i.tcpi_pacing_rate = UINT64_MAX;
	i.tcpi_snd_cwnd = 10;
	i.tcpi_snd_mss = 1448;
	return i;
}

static inline struct diag_socket
socket_of(uint64_t cookie, const struct tcp_info *info)
{
	struct message m = message(cookie, info, sizeof(*info));
	struct diag_socket s;

	diag_read(&s, &m.head, m.attrs, m.len);
	return s;
}

#endif

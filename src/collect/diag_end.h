/* diag_end.h - what of a TCP socket's counters is payload, and how its connection ended.
 */
#ifndef DIAG_END_H
#define DIAG_END_H

#include "diag_row.h"

/* Is this a state that the peer's FIN leads to? */
int diag_had_fin(uint8_t state);

/* Payload sent, each byte once. */
uint64_t diag_payload_out(const struct diag_socket *s);

/*
 * How many bytes of bytes_received are not, or may not be, payload: 1 when the peer's FIN
 * is among them. The state was read a moment before the counters, so what came in just
 * now may be a FIN that the state does not tell; then one byte is kept back.
 */
unsigned diag_fin(const struct diag_socket *s);

/* What a list said of a socket that has ceased to exist since. */
struct diag_past {
	uint64_t received; /* bytes_received of the kernel */
	uint32_t data_segs_in;
	uint32_t inode;
	uint8_t state; /* 0: it was in no list */
	uint8_t fresh; /* something had just come in: received may have the FIN */
	int8_t active; /* did we connect? -1: not known */
};

void diag_remember(struct diag_past *p, const struct diag_socket *s);

/* How a connection ended. */
struct diag_end {
	uint8_t state; /* the last before CLOSE */
	uint8_t fin;   /* is a FIN in bytes_received? */
};

/*
 * Work out how a connection ended. The kernel's last message of a socket says CLOSE and
 * does not tell whether the peer's FIN was counted, so other traces have to.
 *
 * s         that message
 * p         what was known before
 * lingers   does the short form of the socket (TIME_WAIT, FIN_WAIT2) exist?
 */
struct diag_end diag_judge(
    const struct diag_socket *s, const struct diag_past *p, int lingers);

#endif

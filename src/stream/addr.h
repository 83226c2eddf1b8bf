/* addr.h - addresses as text. All are 16 bytes in network order, IPv4 mapped. */
#ifndef ADDR_H
#define ADDR_H

#include <stddef.h>
#include <stdint.h>

enum { ADDR_TEXT = 46 }; /* INET6_ADDRSTRLEN */

/* Is this an IPv4 address? */
int addr_is_v4(const uint8_t addr[16]);

/*
 * Write an address: dotted decimal, or RFC 5952.
 *
 * dst  has room for ADDR_TEXT bytes; no NUL is promised
 *
 * Returns the length.
 */
size_t addr_format(char *dst, const uint8_t addr[16]);

/* Read text[0..len) as addr_format writes it, or as inet_pton takes it. 0 or -EINVAL. */
int addr_parse(uint8_t addr[16], const char *text, size_t len);

/* A network; bits of the address outside the mask are 0. */
struct addr_net {
	uint8_t addr[16];
	uint8_t mask[16];
};

/*
 * Read "10.0.0.0/8", "fe80::/10" or a single address.
 *
 * Returns 0, -EINVAL (no address) or -ERANGE (prefix too long).
 */
int addr_parse_net(struct addr_net *net, const char *text);

/* Is the address in the network? */
int addr_in(const uint8_t addr[16], const struct addr_net *net);

#endif

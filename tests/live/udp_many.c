/*
 * udp_many N - send N datagrams of one byte, 64 by each call (UDP_SEGMENT), to a socket
 * that takes them so (UDP_GRO) and keeps few of them.
 */
#include <netinet/udp.h>

#include "udp_told.h"

enum { AT_ONCE = 64 };

int
main(int argc, char **argv)
{
	static const char data[AT_ONCE];
	struct sockaddr_in client_at, server_at;
	struct account sent = {0};
	int client, server, one, none;

	if (argc != 2)
		errx(2, "usage: udp_many datagrams");
	prctl(PR_SET_PDEATHSIG, 9);
	one = 1;
	none = 0;
	client = told_socket(&client_at);
	server = told_socket(&server_at);
	if (setsockopt(server, IPPROTO_UDP, UDP_GRO, &one, sizeof(one)) < 0 ||
	    setsockopt(server, SOL_SOCKET, SO_RCVBUF, &none, sizeof(none)) < 0 ||
	    setsockopt(client, IPPROTO_UDP, UDP_SEGMENT, &one, sizeof(one)) < 0 ||
	    connect(client, (struct sockaddr *)&server_at, sizeof(server_at)) < 0)
		err(1, "sockets");
	while (sent.packets_out < strtoull(argv[1], NULL, 10)) {
		if (send(client, data, AT_ONCE, 0) != AT_ONCE)
			err(1, "send");
		sent.packets_out += AT_ONCE;
	}
	sent.bytes_out = sent.packets_out;
	told_flow("close", told_cookie(client), &client_at, &server_at, &sent);
	close(client);
	close(server);
	return 0;
}

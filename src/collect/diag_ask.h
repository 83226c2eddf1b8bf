/* diag_ask.h - questions for one TCP socket. */
#ifndef DIAG_ASK_H
#define DIAG_ASK_H

#include "diag_row.h"

/*
 * Ask for the socket of this id, cookie included, with the attributes ext, as
 * sockdiag_list() takes them.
 *
 * fd  of sockdiag_open(), for questions only
 *
 * Returns 1 (*s is it), 0 (it is no connection any more, and no listener) or -errno.
 */
int diag_ask(int fd, uint8_t family, uint8_t ext, const struct inet_diag_sockid *id,
    struct diag_socket *s);

/* Does a socket that has ceased to exist live on in TIME_WAIT, or waits for that? */
int diag_lingers(int fd, const struct diag_socket *s);

#endif

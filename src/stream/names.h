/* names.h - numbers of the kernel and of ours that the stream writes as names. */
#ifndef NAMES_H
#define NAMES_H

#include "conn.h"

enum {
	NAMES_PROTO = PROTO_UDP + 1,
	NAMES_STATE = 13,  /* TCP_NEW_SYN_RECV + 1 */
	NAMES_ERRNO = 126, /* ECANCELED + 1 */
};

/* By number, NULL where a number has no name. */
extern const char *const names_event[EVENTS];
extern const char *const names_proto[NAMES_PROTO];
extern const char *const names_state[NAMES_STATE];
extern const char *const names_state_brief[NAMES_STATE]; /* 6 letters at most */
extern const char *const names_owner[OWNERS];
extern const char *const names_errno[NAMES_ERRNO]; /* of Linux */

#endif

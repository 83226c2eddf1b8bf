/* names.c - numbers of the kernel and of ours that the stream writes as names. */
#include "names.h"

const char *const names_event[EVENTS] = {
    [EVENT_OPEN] = "open",
    [EVENT_LIVE] = "live",
    [EVENT_CLOSE] = "close",
    [EVENT_END] = "end",
    [EVENT_REST] = "rest",
};

const char *const names_proto[NAMES_PROTO] = {[PROTO_TCP] = "tcp", [PROTO_UDP] = "udp"};

/* include/net/tcp_states.h of Linux */
const char *const names_state[NAMES_STATE] = {
    [1] = "ESTABLISHED",
    [2] = "SYN_SENT",
    [3] = "SYN_RECV",
    [4] = "FIN_WAIT1",
    [5] = "FIN_WAIT2",
    [6] = "TIME_WAIT",
    [7] = "CLOSE",
    [8] = "CLOSE_WAIT",
    [9] = "LAST_ACK",
    [10] = "LISTEN",
    [11] = "CLOSING",
    [12] = "NEW_SYN_RECV",
};

const char *const names_state_brief[NAMES_STATE] = {"", "ESTAB", "SYNSNT", "SYNRCV",
    "FINW1", "FINW2", "TIMEW", "CLOSE", "CLOSEW", "LASTAK", "LISTEN", "CLOSNG", "NEWSYN"};

const char *const names_owner[OWNERS] = {
    [OWNER_NONE] = "none",
    [OWNER_HOOK] = "hook",
    [OWNER_SCAN] = "scan",
    [OWNER_INHERITED] = "inherited",
};

/*
 * What a connection can die of, by the numbers of Linux (include/uapi/asm-generic/errno.h
 * and errno-base.h): the number in a record is Linux's wherever it is read.
 */
const char *const names_errno[NAMES_ERRNO] = {
    [1] = "EPERM",
    [4] = "EINTR",
    [5] = "EIO",
    [9] = "EBADF",
    [11] = "EAGAIN",
    [12] = "ENOMEM",
    [13] = "EACCES",
    [14] = "EFAULT",
    [19] = "ENODEV",
    [22] = "EINVAL",
    [32] = "EPIPE",
    [64] = "ENONET",
    [71] = "EPROTO",
    [74] = "EBADMSG",
    [89] = "EDESTADDRREQ",
    [90] = "EMSGSIZE",
    [92] = "ENOPROTOOPT",
    [93] = "EPROTONOSUPPORT",
    [95] = "EOPNOTSUPP",
    [97] = "EAFNOSUPPORT",
    [98] = "EADDRINUSE",
    [99] = "EADDRNOTAVAIL",
    [100] = "ENETDOWN",
    [101] = "ENETUNREACH",
    [102] = "ENETRESET",
    [103] = "ECONNABORTED",
    [104] = "ECONNRESET",
    [105] = "ENOBUFS",
    [106] = "EISCONN",
    [107] = "ENOTCONN",
    [108] = "ESHUTDOWN",
    [110] = "ETIMEDOUT",
    [111] = "ECONNREFUSED",
    [112] = "EHOSTDOWN",
    [113] = "EHOSTUNREACH",
    [125] = "ECANCELED",
};

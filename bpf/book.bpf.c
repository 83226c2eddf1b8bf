/* book.bpf.c - the maps and settings that all programs share; linked first. */
#include "book.h"
#include "filter.h"
#include "udp_row.h"
#include "window.h"

const volatile struct filter filter;
const volatile __u64 want; /* HAS() of the columns that somebody will read */
const volatile __u32 ring_bytes = RING_BYTES;
const volatile char self[16];
const volatile __u64 udp_timeout_ns = 5000000000;

__u32 scan_id = 1;
__u64 self_program;
__u64 now_ns;
__u32 epoch;
__u32 hz; /* jiffies per second, 0: not known */
__u32 window_rows;
__u32 unowned;
__u64 lost;
__u64 deaths;

struct books books SEC(".maps");
struct window window SEC(".maps");
struct reports reports SEC(".maps");
struct udp_books udp_books SEC(".maps");
struct peers peers SEC(".maps");
struct hosts hosts SEC(".maps");

char LICENSE[] SEC("license") = "GPL";

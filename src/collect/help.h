/* help.h - what -h prints; the usage lines equal SYNOPSIS of tcptop-collect(8). */
#ifndef HELP_H
#define HELP_H

extern const char help_usage[];
extern const char help_text[];

#endif

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/types.h>
#include <unistd.h>

#include "rights.h"

int
rights_drop(unsigned keep)
{
	const struct passwd *nobody;

	(void)keep;
	nobody = geteuid() == 0 ? getpwnam("nobody") : NULL;
	if (nobody == NULL)
		return 0;
	if (setgroups(1, &nobody->pw_gid) < 0 || setgid(nobody->pw_gid) < 0 ||
	    setuid(nobody->pw_uid) < 0)
		return -errno;
	return 0;
}

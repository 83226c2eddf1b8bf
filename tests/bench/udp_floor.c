/* udp_floor OBJECT CGROUP - attach the programs of udp_floor.bpf.c until killed. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <bpf/libbpf.h>

int
main(int argc, char **argv)
{
	struct bpf_object *object;
	struct bpf_program *prog;
	int cgroup;

	if (argc != 3)
		errx(2, "usage: udp_floor object cgroup");
	cgroup = open(argv[2], O_RDONLY | O_DIRECTORY);
	if (cgroup < 0)
		err(1, "%s", argv[2]);
	object = bpf_object__open(argv[1]);
	if (object == NULL || bpf_object__load(object) < 0)
		err(1, "%s", argv[1]);
	bpf_object__for_each_program(
	    prog, object) if (bpf_program__attach_cgroup(prog, cgroup) == NULL)
	    err(1, "attach");
	if (puts("ready") == EOF || fflush(stdout) == EOF)
		err(1, "stdout");
	pause();
	return 0;
}

/*
 * floor OBJECT CGROUP WORD... - attach those programs of floor.bpf.c whose names begin
 * with one of the words, until killed.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/libbpf.h>

static struct bpf_link *
attach(const struct bpf_program *prog, int cgroup)
{
	if (strncmp(bpf_program__name(prog), "packet", 6) == 0)
		return bpf_program__attach_cgroup(prog, cgroup);
	return bpf_program__attach(prog);
}

static int
is_wanted(const struct bpf_program *prog, char **words)
{
	for (; *words != NULL; words++)
		if (strncmp(bpf_program__name(prog), *words, strlen(*words)) == 0)
			return 1;
	return 0;
}

int
main(int argc, char **argv)
{
	struct bpf_object *object;
	struct bpf_program *prog;
	int cgroup;

	if (argc < 4)
		errx(2, "usage: floor object cgroup word ...");
	cgroup = open(argv[2], O_RDONLY | O_DIRECTORY);
	if (cgroup < 0)
		err(1, "%s", argv[2]);
	object = bpf_object__open(argv[1]);
	if (object == NULL || bpf_object__load(object) < 0)
		err(1, "%s", argv[1]);
	/* clang-format off */
	bpf_object__for_each_program(prog, object) {
		if (is_wanted(prog, argv + 3) && attach(prog, cgroup) == NULL)
			err(1, "attach %s", bpf_program__name(prog));
	}
	/* clang-format on */
	if (puts("ready") == EOF || fflush(stdout) == EOF)
		err(1, "stdout");
	pause();
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "cli/out.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OUT_BUFFER (64u << 10)

static int out_fail(struct out *o, int err)
{
	if (!o->error)
		o->error = err;
	buf_fini(&o->pending);
	return o->error;
}

int out_open(struct out *o, const char *path)
{
	*o = (struct out){.name = path ? path : "stdout", .fd = -1, .is_stdout = !path};
	if (path)
		o->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	else
		o->fd = STDOUT_FILENO;
	if (o->fd < 0)
		return out_fail(o, -errno);
	return 0;
}

static int write_whole(const char *path, const void *bytes, size_t len)
{
	struct out o;

	out_open(&o, path);
	out_write(&o, bytes, len);
	return out_close(&o);
}

int out_replace(const char *path, const void *bytes, size_t len)
{
	struct buf part = {0};
	struct stat st;
	int rc;

	if (!path || (stat(path, &st) == 0 && !S_ISREG(st.st_mode)))
		return write_whole(path, bytes, len);
	buf_printf(&part, "%s.part", path);
	rc = part.lost ? -ENOMEM : write_whole(part.s, bytes, len);
	if (!rc && rename(part.s, path))
		rc = -errno;
	if (rc && !part.lost)
		unlink(part.s);
	buf_fini(&part);
	return rc;
}

int out_flush(struct out *o)
{
	size_t done = 0;

	while (!o->error && done < o->pending.len) {
		ssize_t n = write(o->fd, o->pending.s + done, o->pending.len - done);

		if (n > 0)
			done += (size_t)n;
		else if (n < 0 && errno != EINTR)
			return out_fail(o, -errno);
	}
	buf_reset(&o->pending);
	return o->error;
}

int out_write(struct out *o, const void *bytes, size_t len)
{
	if (!out_alive(o))
		return o->error;
	buf_add(&o->pending, bytes, len);
	if (o->pending.lost)
		return out_fail(o, -ENOMEM);
	return o->pending.len >= OUT_BUFFER ? out_flush(o) : 0;
}

int out_buf(struct out *o, const struct buf *b)
{
	if (b->lost)
		return out_fail(o, -ENOMEM);
	return out_write(o, b->s, b->len);
}

int out_close(struct out *o)
{
	if (o->fd < 0)
		return o->error;
	out_flush(o);
	if (!o->is_stdout && close(o->fd) != 0)
		out_fail(o, -errno);
	o->fd = -1;
	buf_fini(&o->pending);
	return o->error;
}

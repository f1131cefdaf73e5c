/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * process.h: one program run to its end: no shell, limits on all it takes, nothing left behind.
 */
#ifndef P2MLAB_PROCESS_H
#define P2MLAB_PROCESS_H

#include <signal.h>
#include <stddef.h>

struct process_job {
	const char *const *argv; /* ends with NULL; argv[0] is looked up in PATH */
	const char *cwd;	 /* NULL: ours */
	const char *input;	 /* its stdin; NULL: empty */
	size_t input_len;
	unsigned int deadline_ms;
	size_t output_max; /* bytes of stdout and stderr together */
	size_t memory_max; /* bytes of address space; 0: as much as we may have */
};

enum process_end {
	PROCESS_EXITED,	     /* `code` is its exit status */
	PROCESS_SIGNALLED,   /* `code` is the signal */
	PROCESS_DEADLINE,    /* killed: it was still running */
	PROCESS_OUTPUT,	     /* killed: it wrote more than output_max */
	PROCESS_INTERRUPTED, /* killed: a signal that the caller had blocked is pending */
};

struct process_result {
	enum process_end end;
	int code;
	char *output; /* stdout and stderr as they came, at most output_max; NUL-terminated */
	size_t len;
};

/*
 * The signals that end us: SIGINT, SIGTERM, SIGHUP and SIGQUIT, but for those that are ignored
 * (nohup, or the "&" of a script), as blocked signals become pending all the same.
 */
void process_stop_signals(sigset_t *set);

/*
 * Runs the program in a process group of its own and kills what is left of that group at the end,
 * however it ended. A caller that has something to clean up blocks process_stop_signals() around
 * the call and gets PROCESS_INTERRUPTED when one of them arrives. 0 and *result to be freed by
 * process_result_fini(), or -errno and nothing: -ENOENT if there is no such program.
 */
int process_run(const struct process_job *job, struct process_result *result);
void process_result_fini(struct process_result *result);

#endif

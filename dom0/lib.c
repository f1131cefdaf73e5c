// SPDX-License-Identifier: GPL-2.0-only
#include "dom0/dom0.h"

volatile struct dom0_config dom0_config;
struct dom0_log dom0_log;

static uint64_t pool_used;
static uint64_t pool_live;

void zero(void *p, uint64_t bytes)
{
	char *at = p;

	for (char *end = at + bytes; at < end; at += 16)
		__asm__ volatile("stp xzr, xzr, [%0]" : : "r"(at) : "memory");
}

/* Callers free all they took before they return: the pool rewinds when nothing is left. */
void *kcalloc(uint64_t count, uint64_t size)
{
	uint64_t bytes = (count * size + 15) & ~UINT64_C(15);
	char *p;

	if (bytes > KMALLOC_MAX || pool_used + bytes > dom0_config.kmalloc_bytes)
		return NULL;
	p = (char *)(dom0_config.kmalloc_base + pool_used);
	pool_used += bytes;
	pool_live++;
	zero(p, bytes);
	return p;
}

void kfree(void *p)
{
	if (p && --pool_live == 0)
		pool_used = 0;
}

uint64_t table_page(void)
{
	uint64_t va = dom0_config.table_next;

	if (va + PAGE_SIZE > dom0_config.table_end)
		return 0;
	dom0_config.table_next = va + PAGE_SIZE;
	zero((void *)va, PAGE_SIZE);
	return va;
}

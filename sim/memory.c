// SPDX-License-Identifier: GPL-2.0-only
#include "sim/memory.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "base/check.h"

void memory_init(struct memory *mem)
{
	*mem = (struct memory){0};
}

void memory_fini(struct memory *mem)
{
	for (unsigned int i = 0; i < mem->bank_count; i++)
		munmap(mem->banks[i].host, mem->banks[i].size);
	memory_init(mem);
}

static bool overlaps(const struct memory_bank *b, pa_t base, uint64_t size)
{
	return base.v < b->base.v + b->size && b->base.v < base.v + size;
}

int memory_add_bank(struct memory *mem, pa_t base, uint64_t size)
{
	void *host;

	if (range_bad(base.v, size) || (base.v | size) & ~PAGE_MASK)
		return -EINVAL;
	for (unsigned int i = 0; i < mem->bank_count; i++)
		if (overlaps(&mem->banks[i], base, size))
			return -EEXIST;
	if (mem->bank_count == MEMORY_BANK_MAX)
		return -ENOSPC;
	host = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
		    -1, 0);
	if (host == MAP_FAILED)
		return -ENOMEM;
	mem->banks[mem->bank_count++] = (struct memory_bank){base, size, host, false};
	return 0;
}

void memory_seal(struct memory *mem, pa_t base)
{
	for (unsigned int i = 0; i < mem->bank_count; i++)
		if (mem->banks[i].base.v == base.v)
			mem->banks[i].sealed = true;
	CHECK(memory_sealed(mem, base));
}

bool memory_sealed(const struct memory *mem, pa_t p)
{
	for (unsigned int i = 0; i < mem->bank_count; i++)
		if (range_has(mem->banks[i].base.v, mem->banks[i].size, p.v))
			return mem->banks[i].sealed;
	return false;
}

void memory_reset(struct memory *mem)
{
	for (unsigned int i = 0; i < mem->bank_count; i++)
		CHECK(madvise(mem->banks[i].host, mem->banks[i].size, MADV_DONTNEED) == 0);
}

void *memory_ptr(const struct memory *mem, pa_t p, uint64_t len)
{
	if (range_bad(p.v, len))
		return NULL;
	for (unsigned int i = 0; i < mem->bank_count; i++) {
		const struct memory_bank *b = &mem->banks[i];

		if (range_has(b->base.v, b->size, p.v) && len <= b->size - (p.v - b->base.v))
			return b->host + (p.v - b->base.v);
	}
	return NULL;
}

void memory_stored(const struct memory *mem, const void *host, uint64_t bytes)
{
	const uint8_t *at = host;

	if (!mem->listener.stored)
		return;
	for (unsigned int i = 0; i < mem->bank_count; i++) {
		const struct memory_bank *b = &mem->banks[i];

		if (at >= b->host && at < b->host + b->size)
			mem->listener.stored(mem->listener.ctx,
					     pa_add(b->base, (uint64_t)(at - b->host)), bytes);
	}
}

uint64_t memory_read64(const struct memory *mem, pa_t p)
{
	const void *host = memory_ptr(mem, p, 8);
	uint64_t v;

	CHECK(host && p.v % 8 == 0);
	memcpy(&v, host, 8);
	return v;
}

void memory_write64(struct memory *mem, pa_t p, uint64_t v)
{
	void *host = memory_ptr(mem, p, 8);

	CHECK(host && p.v % 8 == 0);
	memcpy(host, &v, 8);
	memory_stored(mem, host, 8);
}

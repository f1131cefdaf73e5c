// SPDX-License-Identifier: GPL-2.0-only
/* Feeds each file of each directory named to the fuzz target, in order: libFuzzer's -runs=0. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool replay(const char *dir, const char *name)
{
	static uint8_t data[1 << 22];
	char path[4096];
	FILE *f;
	size_t size;
	bool ok;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "rb");
	if (!f)
		return false;
	size = fread(data, 1, sizeof(data), f);
	ok = !ferror(f) && feof(f);
	fclose(f);
	if (ok)
		LLVMFuzzerTestOneInput(data, size);
	return ok;
}

static bool replay_dir(const char *dir)
{
	struct dirent **entries;
	int count = scandir(dir, &entries, NULL, alphasort);
	int replayed = 0;
	bool ok = true;

	for (int i = 0; i < count; i++) {
		if (entries[i]->d_name[0] != '.') {
			ok &= replay(dir, entries[i]->d_name);
			replayed++;
		}
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	printf("%s: %d inputs\n", dir, replayed);
	return ok && replayed > 0;
}

int main(int argc, char **argv)
{
	bool ok = argc > 1;

	for (int i = 1; i < argc; i++)
		ok &= replay_dir(argv[i]);
	return ok ? 0 : 1;
}

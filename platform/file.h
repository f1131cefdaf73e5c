/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * platform/file.h: a platform from YAML, and from the firmware files it names.
 */
#ifndef P2MLAB_PLATFORM_FILE_H
#define P2MLAB_PLATFORM_FILE_H

#include "platform/driver_files.h"
#include "sim/platform.h"
#include "yaml/yaml_tree.h"

/*
 * Reads a platform file or an inline map (a scenario's `platform:`; dir is where relative file
 * names start). `import:` names an acpidump, an iomem and a pci-resources file: see acpi/.
 * NULL with errors in d.
 */
struct platform *platform_load(const char *path, struct arena *a, struct diag *d);
/* The same with the driver profiles of `drivers/`, which must outlive the platform. */
struct platform *platform_load_with(const char *path, const struct driver_files *files,
				    struct arena *a, struct diag *d);
struct platform *platform_from_node(const struct node *node, const struct diag_file *file,
				    const char *dir, struct arena *a, struct diag *d);

/* A machine profile (a file under machines): every parameter must be there, with basis and source.
 */
struct profile *profile_load(const char *path, struct arena *a, struct diag *d);

#endif

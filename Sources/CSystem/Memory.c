// Free memory, and the limits on it.
#include "CSystem.h"
#include "ControlGroup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/// The memory that is free or could be freed, swap included.
static int64_t free_of_machine(void) {
  FILE *file = fopen("/proc/meminfo", "re");
  int64_t available = -1, swap = 0;
  if (file != NULL) {
    char line[256];
    long long kilobytes;
    while (fgets(line, sizeof line, file) != NULL) {
      if (sscanf(line, "MemAvailable: %lld kB", &kilobytes) == 1) available = kilobytes * 1024;
      if (sscanf(line, "SwapFree: %lld kB", &kilobytes) == 1) swap = kilobytes * 1024;
    }
    fclose(file);
  }
  if (available >= 0) return available + swap;
  return (int64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE);
}

static int64_t limit_of(int resource) {
  struct rlimit limit;
  if (getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return INT64_MAX;
  return limit.rlim_cur > INT64_MAX ? INT64_MAX : (int64_t)limit.rlim_cur;
}

/// What the process's own limits leave.
static int64_t free_of_process(void) {
  int64_t address_space = limit_of(RLIMIT_AS), data = limit_of(RLIMIT_DATA);
  if (address_space == INT64_MAX && data == INT64_MAX) return INT64_MAX;
  FILE *file = fopen("/proc/self/statm", "re");
  if (file == NULL) return INT64_MAX;
  long long size = 0, used_data = 0;
  int found = fscanf(file, "%lld %*s %*s %*s %*s %lld", &size, &used_data);
  fclose(file);
  if (found != 2) return INT64_MAX;
  int64_t page = sysconf(_SC_PAGESIZE), left = INT64_MAX;
  if (address_space != INT64_MAX) left = address_space - size * page;
  if (data != INT64_MAX && data - used_data * page < left) left = data - used_data * page;
  return left > 0 ? left : 0;
}

int64_t csystem_process_limit(void) {
  int64_t address_space = limit_of(RLIMIT_AS), data = limit_of(RLIMIT_DATA);
  return address_space < data ? address_space : data;
}

int64_t csystem_available_memory(void) {
  int64_t limit;
  int64_t machine = free_of_machine(), process = free_of_process();
  int64_t group = csystem_group_memory("/proc/self/cgroup", "/sys/fs/cgroup", &limit);
  int64_t least = machine < process ? machine : process;
  return least < group ? least : group;
}

int csystem_can_allocate(size_t bytes) {
  if (bytes < (size_t)1 << 20) return 1;
  if (bytes > PTRDIFF_MAX) return 0;
  // Memory that is not touched costs nothing; only then do a container's limits matter.
  void *probe = malloc(bytes);
  if (probe == NULL) return 0;
  free(probe);
  return bytes < (size_t)1 << 26 || (int64_t)bytes <= csystem_available_memory();
}

/// What one group leaves, and its limit. Version 1 and 2 name their files differently.
static int64_t free_of_group(const char *folder, int version, int64_t *limit) {
  const char *names[2][3] = {
      {"memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"},
      {"memory.max", "memory.current", "inactive_file"}};
  int64_t most, used, cached = 0;
  if (!control_group_number(folder, names[version - 1][0], &most)) return INT64_MAX;
  // Version 1 states the largest number of pages for "no limit".
  if (most >= (int64_t)1 << 60) return INT64_MAX;
  if (most < *limit) *limit = most;
  if (!control_group_number(folder, names[version - 1][1], &used)) return most;
  // Pages of files that were not touched lately are given back when memory is needed.
  control_group_entry(folder, "memory.stat", names[version - 1][2], &cached);
  int64_t left = most - used + (cached < used ? cached : used);
  return left > 0 ? left : 0;
}

int64_t csystem_group_memory(const char *membership, const char *root, int64_t *limit) {
  *limit = INT64_MAX;
  int64_t least = INT64_MAX;
  struct control_group group;
  int version = control_group_find(&group, membership, root, "memory");
  while (version != 0) {
    int64_t left = free_of_group(group.path, version, limit);
    if (left < least) least = left;
    if (!control_group_up(&group)) break;
  }
  return least;
}

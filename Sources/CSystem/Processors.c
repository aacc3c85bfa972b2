// How many processors there are for this process.
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE
#endif
#include "CSystem.h"
#include "ControlGroup.h"

#include <sched.h>
#include <unistd.h>

int csystem_group_processors(const char *membership, const char *root) {
  struct control_group group;
  int version = control_group_find(&group, membership, root, "cpu");
  int64_t least = 0;
  while (version != 0) {
    int64_t quota = -1, period = 0;
    if (version == 2) {
      control_group_numbers(group.path, "cpu.max", &quota, &period);
    } else {
      control_group_number(group.path, "cpu.cfs_quota_us", &quota);
      control_group_number(group.path, "cpu.cfs_period_us", &period);
    }
    if (quota > 0 && period > 0) {
      int64_t count = (quota + period - 1) / period;
      if (least == 0 || count < least) least = count;
    }
    if (!control_group_up(&group)) break;
  }
  return least > 1 << 20 ? 0 : (int)least;
}

int csystem_processors(void) {
  long count = sysconf(_SC_NPROCESSORS_ONLN);
#ifdef __linux__
  cpu_set_t bound;
  if (sched_getaffinity(0, sizeof bound, &bound) == 0 && CPU_COUNT(&bound) > 0) {
    count = CPU_COUNT(&bound);
  }
#endif
  int quota = csystem_group_processors("/proc/self/cgroup", "/sys/fs/cgroup");
  if (quota > 0 && quota < count) count = quota;
  return count > 0 ? (int)count : 1;
}

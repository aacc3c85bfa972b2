// Where the settings of the process's control groups lie.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// A group's folder; ends at the folder of all groups.
struct control_group {
  char path[4096];
  size_t root_length;
};

/// The group that a controller has for the process: 1 or 2 for the version, 0 for none.
int control_group_find(struct control_group *group, const char *membership, const char *root,
                       const char *controller);
/// The group around it; 0 if there is none.
int control_group_up(struct control_group *group);
/// The number in a group's file; 0 if there is none ("max" is none).
int control_group_number(const char *folder, const char *name, int64_t *number);
/// Two numbers in a group's file, such as "50000 100000"; 0 if there are none.
int control_group_numbers(const char *folder, const char *name, int64_t *first, int64_t *second);
/// The number that follows a word at the beginning of a line of a group's file.
int control_group_entry(const char *folder, const char *name, const char *word, int64_t *number);

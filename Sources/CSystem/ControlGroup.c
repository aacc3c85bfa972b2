#include "ControlGroup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static FILE *opened(const char *folder, const char *name) {
  char path[4200];
  int length = snprintf(path, sizeof path, "%s/%s", folder, name);
  return length > 0 && (size_t)length < sizeof path ? fopen(path, "re") : NULL;
}

static int is_folder(const char *path) {
  struct stat status;
  return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/// Whether a list such as "cpu,cpuacct" has a name.
static int is_listed(const char *list, const char *name) {
  size_t length = strlen(name);
  for (const char *at = list; (at = strstr(at, name)) != NULL; at += length) {
    if ((at == list || at[-1] == ',') && (at[length] == 0 || at[length] == ',')) return 1;
  }
  return 0;
}

/// Takes the folder of a group; in a container that sees only its own, that is the uppermost one.
static int take(struct control_group *group, const char *mount, const char *path) {
  int length = snprintf(group->path, sizeof group->path, "%s", mount);
  if (length <= 0 || (size_t)length >= sizeof group->path || !is_folder(mount)) return 0;
  group->root_length = length;
  if (strcmp(path, "/") == 0) return 1;
  snprintf(group->path + length, sizeof group->path - length, "%s", path);
  if (!is_folder(group->path)) group->path[length] = 0;
  return 1;
}

int control_group_find(struct control_group *group, const char *membership, const char *root,
                       const char *controller) {
  FILE *file = fopen(membership, "re");
  if (file == NULL) return 0;
  char line[4096], mount[4096];
  int version = 0;
  // Lines are "ID:CONTROLLERS:PATH"; version 2 has one line, "0::PATH". Version 1 goes first where both are.
  while (version != 1 && fgets(line, sizeof line, file) != NULL) {
    line[strcspn(line, "\n")] = 0;
    char *controllers = strchr(line, ':');
    if (controllers == NULL) continue;
    char *path = strchr(++controllers, ':');
    if (path == NULL) continue;
    *path++ = 0;
    if (*controllers == 0) {
      if (take(group, root, path)) version = 2;
    } else if (is_listed(controllers, controller)) {
      snprintf(mount, sizeof mount, "%s/%s", root, controller);
      if (take(group, mount, path)) {
        version = 1;
        break;
      }
      snprintf(mount, sizeof mount, "%s/%s", root, controllers);
      if (take(group, mount, path)) version = 1;
    }
  }
  fclose(file);
  return version;
}

int control_group_up(struct control_group *group) {
  char *end = group->path + strlen(group->path);
  while (end > group->path + group->root_length && *end != '/') end--;
  if (end <= group->path + group->root_length && group->path[group->root_length] == 0) return 0;
  *end = 0;
  return 1;
}

int control_group_number(const char *folder, const char *name, int64_t *number) {
  FILE *file = opened(folder, name);
  if (file == NULL) return 0;
  long long value;
  int found = fscanf(file, "%lld", &value) == 1;
  fclose(file);
  if (found) *number = value;
  return found;
}

int control_group_numbers(const char *folder, const char *name, int64_t *first, int64_t *second) {
  FILE *file = opened(folder, name);
  if (file == NULL) return 0;
  long long one, two;
  int found = fscanf(file, "%lld %lld", &one, &two) == 2;
  fclose(file);
  if (!found) return 0;
  *first = one;
  *second = two;
  return 1;
}

int control_group_entry(const char *folder, const char *name, const char *word, int64_t *number) {
  FILE *file = opened(folder, name);
  if (file == NULL) return 0;
  char line[256];
  size_t length = strlen(word);
  int found = 0;
  while (!found && fgets(line, sizeof line, file) != NULL) {
    if (strncmp(line, word, length) != 0 || line[length] != ' ') continue;
    *number = strtoll(line + length, NULL, 10);
    found = 1;
  }
  fclose(file);
  return found;
}

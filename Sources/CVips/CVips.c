#include "CVips.h"

#include "CSystem.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <vips/vips.h>

static pthread_once_t start_once = PTHREAD_ONCE_INIT;
static int start_result = -1;

static void discard_log(const gchar *domain, GLogLevelFlags level, const gchar *text,
                        gpointer data) {
  (void)domain, (void)level, (void)text, (void)data;
}

static void start(void) {
  // libvips writes warnings about odd files to stderr. What matters comes back as an error.
  g_log_set_handler("VIPS", G_LOG_LEVEL_WARNING | G_LOG_LEVEL_INFO | G_LOG_LEVEL_DEBUG, discard_log,
                    NULL);
  // Without a prefix to search, libvips loads no plug-ins (ImageMagick, Poppler, OpenSlide, ...). We
  // use none of them, they take 16 ms of a start of 18 ms, and every one reads hostile files.
  // `vips_init` writes this variable itself: setting it here is no further hazard to other threads.
  int hide_plugins = getenv("VIPSHOME") == NULL;
  if (hide_plugins) setenv("VIPSHOME", "/nonexistent", 0);
  start_result = VIPS_INIT("NNIImages");
  if (hide_plugins) unsetenv("VIPSHOME");
  if (start_result != 0) return;
  vips_concurrency_set(1);  // decoding is serial; idle worker threads only cost start-up
  vips_cache_set_max(0);    // no operation outlives the call that made it
}

// libvips keeps one text for all threads: where two fail at once, one of them may have taken the other's.
static void describe(CVipsFailure *failure) {
  char *text = vips_error_buffer_copy();
  const char *reason = *text != 0 ? text : "no reason given";
  size_t length = 0;
  for (const char *c = reason; *c != 0 && length + 1 < sizeof failure->message; c++) {
    int is_break = *c == '\n' || *c == '\r';
    if (is_break && c[1] == 0) break;
    failure->message[length++] = is_break ? ';' : *c;
  }
  failure->message[length] = 0;
  g_free(text);
}

static int has_started(CVipsFailure *failure) {
  memset(failure, 0, sizeof *failure);
  pthread_once(&start_once, start);
  if (start_result == 0) return 1;
  describe(failure);
  return 0;
}

/// Takes the place of `*image` with `next`, if there is one.
static int replace(VipsImage **image, int status, VipsImage *next) {
  if (status != 0) return -1;
  g_object_unref(*image);
  *image = next;
  return 0;
}

static int make_upright(VipsImage **image) {
  if (vips_image_get_orientation(*image) <= 1) return 0;
  // Rows are decoded from top to bottom only once; a rotation needs them in another order.
  VipsImage *next = vips_image_copy_memory(*image);
  if (replace(image, next == NULL, next) != 0) return -1;
  int status = vips_autorot(*image, &next, NULL);
  return replace(image, status, next);
}

/// Values become 8 bits, unless they have 16.
static int make_plain(VipsImage **image) {
  VipsBandFormat format = vips_image_get_format(*image);
  if (format == VIPS_FORMAT_UCHAR || format == VIPS_FORMAT_USHORT) return 0;
  VipsImage *next = NULL;
  int status = vips_cast(*image, &next, VIPS_FORMAT_UCHAR, "shift", TRUE, NULL);
  return replace(image, status, next);
}

/// Reads all pixels of `image` and releases it.
static CVipsStatus finish(VipsImage *image, int64_t pixel_limit, CVipsPixels *result,
                          CVipsFailure *failure) {
  failure->width = vips_image_get_width(image);
  failure->height = vips_image_get_height(image);
  CVipsStatus status = CVipsDamaged;
  if ((int64_t)failure->width * failure->height > pixel_limit) {
    status = CVipsTooLarge;
  } else if (!csystem_can_allocate(3 * VIPS_IMAGE_SIZEOF_IMAGE(image))) {
    status = CVipsNoMemory;
  } else if (make_upright(&image) == 0 && make_plain(&image) == 0) {
    result->width = vips_image_get_width(image);
    result->height = vips_image_get_height(image);
    result->channels = vips_image_get_bands(image);
    result->bits = vips_image_get_format(image) == VIPS_FORMAT_USHORT ? 16 : 8;
    result->is_cmyk = vips_image_get_interpretation(image) == VIPS_INTERPRETATION_CMYK;
    result->bytes = vips_image_write_to_memory(image, &result->count);
    if (result->bytes != NULL) status = CVipsSuccess;
  }
  g_object_unref(image);
  if (status == CVipsSuccess) {
    vips_error_clear();  // a decoder's complaints about this picture are not the next one's
  } else {
    describe(failure);
  }
  return status;
}

CVipsStatus cvips_decode(const uint8_t *bytes, size_t count, int64_t pixel_limit,
                         CVipsPixels *result, CVipsFailure *failure) {
  memset(result, 0, sizeof *result);
  if (!has_started(failure)) return CVipsNotStarted;
  void *source = (void *)bytes;  // libvips takes no const, and only reads
  VipsImage *image = NULL;
  int status = -1;
  // "Truncated" fails on missing pixels and passes the harmless oddities that cameras write.
  const int fail_on = VIPS_FAIL_ON_TRUNCATED;
  if (count >= 3 && memcmp(bytes, "\xFF\xD8\xFF", 3) == 0) {
    status = vips_jpegload_buffer(source, count, &image, "access", VIPS_ACCESS_SEQUENTIAL,
                                  "fail_on", fail_on, NULL);
  } else if (count >= 8 && memcmp(bytes, "\x89PNG\r\n\x1A\n", 8) == 0) {
    status = vips_pngload_buffer(source, count, &image, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on",
                                 fail_on, NULL);
  } else if (count >= 12 && memcmp(bytes, "RIFF", 4) == 0 && memcmp(bytes + 8, "WEBP", 4) == 0) {
    status = vips_webpload_buffer(source, count, &image, "access", VIPS_ACCESS_SEQUENTIAL,
                                  "fail_on", fail_on, NULL);
  } else {
    return CVipsUnknownFormat;
  }
  if (status == 0) return finish(image, pixel_limit, result, failure);
  describe(failure);
  return CVipsDamaged;
}

CVipsStatus cvips_draw_svg(const uint8_t *bytes, size_t count, double scale, int64_t pixel_limit,
                           CVipsPixels *result, CVipsFailure *failure) {
  memset(result, 0, sizeof *result);
  if (!has_started(failure)) return CVipsNotStarted;
  VipsImage *image = NULL;
  // "unlimited": embedded pictures make text nodes longer than the XML parser's default of 10 MB.
  int status =
      vips_svgload_buffer((void *)bytes, count, &image, "scale", scale, "unlimited", TRUE, NULL);
  if (status == 0) return finish(image, pixel_limit, result, failure);
  describe(failure);
  return CVipsDamaged;
}

CVipsStatus cvips_encode(const uint8_t *pixels, int width, int height, int channels,
                         int jpeg_quality, uint8_t **encoded, size_t *count,
                         CVipsFailure *failure) {
  *encoded = NULL;
  *count = 0;
  if (!has_started(failure)) return CVipsNotStarted;
  size_t size = (size_t)width * (size_t)height * (size_t)channels;
  VipsImage *raw =
      vips_image_new_from_memory(pixels, size, width, height, channels, VIPS_FORMAT_UCHAR);
  VipsImage *image = NULL;
  void *buffer = NULL;
  int kind = channels == 1 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB;
  int status = raw == NULL ? -1 : vips_copy(raw, &image, "interpretation", kind, NULL);
  if (status == 0 && jpeg_quality > 0) {
    status = vips_jpegsave_buffer(image, &buffer, count, "Q", jpeg_quality, "optimize_coding", TRUE,
                                  "subsample_mode", VIPS_FOREIGN_SUBSAMPLE_OFF, "strip", TRUE,
                                  NULL);
  } else if (status == 0) {
    // A third of the time of level 6 with all filters tried, for 3 % more bytes.
    status = vips_pngsave_buffer(image, &buffer, count, "compression", 4, "filter",
                                 VIPS_FOREIGN_PNG_FILTER_PAETH, "strip", TRUE, NULL);
  }
  if (image != NULL) g_object_unref(image);
  if (raw != NULL) g_object_unref(raw);
  *encoded = buffer;
  if (status == 0) return CVipsSuccess;
  describe(failure);
  return CVipsNotEncoded;
}

CVipsStatus cvips_encode_webp(const uint8_t *pixels, int width, int height, int channels,
                              const int *durations, int frames, int quality, uint8_t **encoded,
                              size_t *count, CVipsFailure *failure) {
  *encoded = NULL;
  *count = 0;
  if (!has_started(failure)) return CVipsNotStarted;
  size_t size = (size_t)width * (size_t)height * (size_t)channels * (size_t)frames;
  VipsImage *raw =
      vips_image_new_from_memory(pixels, size, width, height * frames, channels, VIPS_FORMAT_UCHAR);
  VipsImage *image = NULL;
  void *buffer = NULL;
  int kind = channels == 1 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB;
  int status = raw == NULL ? -1 : vips_copy(raw, &image, "interpretation", kind, NULL);
  if (status == 0) {
    // The pictures stand below each other, as libvips reads and writes animations.
    vips_image_set_int(image, VIPS_META_PAGE_HEIGHT, height);
    vips_image_set_int(image, "loop", 0);
    vips_image_set_array_int(image, "delay", durations, frames);
    status = vips_webpsave_buffer(image, &buffer, count, "Q", quality, "effort", 2, NULL);
  }
  if (image != NULL) g_object_unref(image);
  if (raw != NULL) g_object_unref(raw);
  *encoded = buffer;
  if (status == 0) return CVipsSuccess;
  describe(failure);
  return CVipsNotEncoded;
}

void cvips_release(uint8_t *bytes) { g_free(bytes); }

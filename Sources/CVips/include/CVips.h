// The few calls of libvips that NNIImages needs, without GObject and without variadic functions.
// Every function may be called from any thread; the first one starts libvips.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// What went wrong, or `CVipsSuccess`.
typedef enum {
  CVipsSuccess = 0,
  CVipsNotStarted,     ///< libvips itself cannot be used
  CVipsUnknownFormat,  ///< the first bytes are no JPEG, PNG or WebP
  CVipsTooLarge,       ///< more pixels declared than the caller allows
  CVipsDamaged,        ///< the decoder gave up
  CVipsNotEncoded,     ///< the encoder gave up
} CVipsStatus;

/// 8-bit interleaved pixels, rows from top to bottom. `bytes` is released with `cvips_release`.
typedef struct {
  uint8_t *bytes;
  size_t count;
  int width;
  int height;
  int channels;  ///< 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA or CMYK
  int is_cmyk;
} CVipsPixels;

/// Where a failure is described; `width` and `height` are the declared size, when it was read.
typedef struct {
  int width;
  int height;
  char message[512];
} CVipsFailure;

/// Decodes a JPEG, PNG or WebP upright (EXIF orientation applied) and scaled to 8 bits.
CVipsStatus cvips_decode(const uint8_t *bytes, size_t count, int64_t pixel_limit,
                         CVipsPixels *result, CVipsFailure *failure);

/// Draws an SVG document at `scale` pixels per user unit, as RGBA.
CVipsStatus cvips_draw_svg(const uint8_t *bytes, size_t count, double scale, int64_t pixel_limit,
                           CVipsPixels *result, CVipsFailure *failure);

/// Encodes pixels as JPEG of a quality from 1 to 100, or as PNG for 0; `encoded` is released with
/// `cvips_release`.
CVipsStatus cvips_encode(const uint8_t *pixels, int width, int height, int channels,
                         int jpeg_quality, uint8_t **encoded, size_t *count,
                         CVipsFailure *failure);

/// Encodes frames of equal size, one below the other, as an animated WebP that repeats for ever;
/// `delays` are in milliseconds, one for each frame. `encoded` is released with `cvips_release`.
CVipsStatus cvips_encode_animation(const uint8_t *pixels, int width, int frame_height, int frames,
                                   int channels, const int *delays, int quality, uint8_t **encoded,
                                   size_t *count, CVipsFailure *failure);

/// How many frames a JPEG, PNG or WebP has; 0 when it cannot be read.
int cvips_frame_count(const uint8_t *bytes, size_t count);

void cvips_release(uint8_t *bytes);

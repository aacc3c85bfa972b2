#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The C library's power, imported in one place.
func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

/// The whole number of tens that a positive number has.
func decimalExponent(_ value: Double) -> Int { Int(floor(log10(value))) }

/// The decimal logarithm of a positive number.
func logarithm10(_ value: Double) -> Double { log10(value) }

/// The cosine of an angle in radians.
func cosine(_ angle: Double) -> Double { cos(angle) }

/// The exponential function.
func exponential(_ value: Double) -> Double { exp(value) }

using System;

namespace Xeploai
{
    /// <summary>About the native library: its version, and whether this assembly fits it.</summary>
    /// <remarks>
    /// It is looked at before the first call of every other type: a library of another version of the interface gives an
    /// <see cref="XeploaiException"/> with <see cref="Status.AbiMismatch"/>. Where there is no library at all, the runtime throws
    /// <see cref="DllNotFoundException"/>.
    /// </remarks>
    public static class About
    {
        /// <summary>The version of the binary interface that this assembly was written for.</summary>
        public const int ExpectedAbiVersion = 1;

        // The tests put another number here.
        internal static volatile int Expected = ExpectedAbiVersion;

        // 0 while it was not asked; no library has this version.
        private static volatile int found;

        /// <summary>The version of the binary interface of the native library.</summary>
        public static int AbiVersion
        {
            get
            {
                if (found == 0)
                {
                    found = unchecked((int)NativeMethods.xeploai_abi_version());
                }
                return found;
            }
        }

        /// <summary>The version of the native library, such as <c>0.1.0</c>.</summary>
        public static string Version
        {
            get { return Utf8.OfC(NativeMethods.xeploai_version()); }
        }

        /// <summary>The stable name of a status, such as <c>invalid_argument</c>; <c>unknown</c> of another number.</summary>
        /// <param name="status">The number of a status.</param>
        /// <returns>The name.</returns>
        public static string StatusName(int status)
        {
            return Utf8.OfC(NativeMethods.xeploai_status_name(status));
        }

        /// <summary>Refuses a library of another version of the interface.</summary>
        internal static void Require()
        {
            int version = AbiVersion;
            if (version != Expected)
            {
                // The one error that the library cannot be asked to tell: it is another one. The words are those of its catalogue.
                string en = "the library has another binary interface: expected version " + Expected + ", found "
                    + unchecked((uint)version);
                string vi = "thư viện có giao diện nhị phân khác: cần phiên bản " + Expected + ", gặp "
                    + unchecked((uint)version);
                throw new XeploaiException(Status.AbiMismatch, "abi_mismatch", string.Empty, vi, en, string.Empty);
            }
        }
    }
}

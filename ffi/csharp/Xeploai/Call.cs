using System;

namespace Xeploai
{
    /// <summary>What every call has in common: its status read, its error turned into an exception, its bytes freed.</summary>
    internal static class Call
    {
        /// <summary>Throws what went wrong; frees the error.</summary>
        internal static void Check(int status, IntPtr error)
        {
            if (status != (int)Status.Ok)
            {
                throw Failed(status, error);
            }
        }

        private static XeploaiException Failed(int status, IntPtr error)
        {
            try
            {
                return new XeploaiException(
                    (Status)status,
                    About.StatusName(status),
                    Text(error, 1, Language.English),
                    Text(error, 0, Language.Vietnamese),
                    Text(error, 0, Language.English),
                    Text(error, 2, Language.English));
            }
            finally
            {
                NativeMethods.xeploai_error_free(error);
            }
        }

        private static string Text(IntPtr error, int what, Language language)
        {
            UIntPtr length;
            IntPtr text = NativeMethods.xeploai_error_text(error, what, (int)language, out length);
            return Utf8.Of(text, length);
        }

        /// <summary>The text that a call gave, or what went wrong. The bytes are freed either way.</summary>
        internal static string Text(int status, ref NativeMethods.Bytes bytes, IntPtr error)
        {
            try
            {
                Check(status, error);
                return Utf8.Of(bytes.Data, bytes.Length);
            }
            finally
            {
                NativeMethods.xeploai_bytes_free(ref bytes);
            }
        }

        /// <summary>The same as bytes.</summary>
        internal static byte[] Utf8Text(int status, ref NativeMethods.Bytes bytes, IntPtr error)
        {
            try
            {
                Check(status, error);
                return Utf8.Bytes(bytes.Data, bytes.Length);
            }
            finally
            {
                NativeMethods.xeploai_bytes_free(ref bytes);
            }
        }
    }
}

using System;
using System.Runtime.InteropServices;
using System.Text;

namespace Xeploai
{
    /// <summary>Texts to and from UTF-8, by bytes. Nothing is normalised: what is composed or decomposed stays so.</summary>
    internal static class Utf8
    {
        private static readonly UTF8Encoding Strict = new UTF8Encoding(false, true);
        private static readonly byte[] None = new byte[0];

        /// <summary>The bytes of a text that has to be there.</summary>
        internal static byte[] Required(string text, string name)
        {
            if (text == null)
            {
                throw new ArgumentNullException(name);
            }
            return Optional(text);
        }

        /// <summary>The bytes of a text; none of null.</summary>
        internal static byte[] Optional(string text)
        {
            if (string.IsNullOrEmpty(text))
            {
                return None;
            }
            try
            {
                return Strict.GetBytes(text);
            }
            catch (EncoderFallbackException broken)
            {
                return Refused(text, broken.Index);
            }
        }

        /// <summary>
        /// The bytes up to half of a pair of surrogates, then the half as three bytes that UTF-8 does not have: the library
        /// refuses them and says where they stand, in both languages.
        /// </summary>
        private static byte[] Refused(string text, int index)
        {
            byte[] before = Strict.GetBytes(text.Substring(0, index));
            byte[] all = new byte[before.Length + 3];
            Buffer.BlockCopy(before, 0, all, 0, before.Length);
            char half = text[index];
            all[before.Length] = 0xED;
            all[before.Length + 1] = (byte)(0x80 | ((half >> 6) & 0x3F));
            all[before.Length + 2] = (byte)(0x80 | (half & 0x3F));
            return all;
        }

        internal static UIntPtr Length(byte[] bytes)
        {
            return new UIntPtr((uint)bytes.Length);
        }

        /// <summary>A text that ends with a zero byte; it may be somebody else's, so what is no UTF-8 is replaced.</summary>
        internal static string OfC(IntPtr text)
        {
            if (text == IntPtr.Zero)
            {
                return string.Empty;
            }
            int length = 0;
            while (Marshal.ReadByte(text, length) != 0)
            {
                length++;
            }
            return Encoding.UTF8.GetString(Copy(text, length));
        }

        /// <summary>The library's bytes.</summary>
        internal static byte[] Bytes(IntPtr text, UIntPtr length)
        {
            return Copy(text, checked((int)length.ToUInt64()));
        }

        private static byte[] Copy(IntPtr text, int length)
        {
            byte[] bytes = new byte[length];
            if (length > 0)
            {
                Marshal.Copy(text, bytes, 0, length);
            }
            return bytes;
        }

        /// <summary>A text of the library's, which is always UTF-8.</summary>
        internal static string Of(IntPtr text, UIntPtr length)
        {
            return Strict.GetString(Bytes(text, length));
        }
    }
}

using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Xeploai;

/// <summary>
/// As much of the C data interface of Arrow as the tests need, without a library of Arrow: the whole numbers of 64 bits and
/// the texts of a table.
/// </summary>
internal static partial class Arrow
{
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void ReleaseFunction(IntPtr structure);

    [StructLayout(LayoutKind.Sequential)]
    private struct ArrowSchema
    {
        internal IntPtr Format, Name, Metadata;
        internal long Flags, ChildCount;
        internal IntPtr Children, Dictionary, Release, PrivateData;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct ArrowArray
    {
        internal long Length, NullCount, Offset, BufferCount, ChildCount;
        internal IntPtr Buffers, Children, Dictionary, Release, PrivateData;
    }

    internal static void Release(IntPtr release, IntPtr structure)
    {
        Marshal.GetDelegateForFunctionPointer<ReleaseFunction>(release)(structure);
    }

    private static T Into<T>(Action<IntPtr> get, Func<IntPtr, T> read)
    {
        IntPtr memory = Marshal.AllocHGlobal(Marshal.SizeOf(typeof(ArrowArray)));
        try
        {
            get(memory);
            return read(memory);
        }
        finally
        {
            Marshal.FreeHGlobal(memory);
        }
    }

    /// <summary>Names and formats of the columns.</summary>
    internal static List<KeyValuePair<string, string>> Columns(ArrowStream stream)
    {
        return Into(stream.GetSchema, memory =>
        {
            ArrowSchema schema = Marshal.PtrToStructure<ArrowSchema>(memory);
            List<KeyValuePair<string, string>> columns = new List<KeyValuePair<string, string>>();
            for (int place = 0; place < schema.ChildCount; place++)
            {
                ArrowSchema child = Marshal.PtrToStructure<ArrowSchema>(Marshal.ReadIntPtr(schema.Children, place * IntPtr.Size));
                columns.Add(new KeyValuePair<string, string>(Utf8.OfC(child.Name), Utf8.OfC(child.Format)));
            }
            Release(schema.Release, memory);
            return columns;
        });
    }

    /// <summary>How many rows there are in all batches.</summary>
    internal static long Rows(ArrowStream stream)
    {
        long rows = 0;
        Batches(stream, (array, place) => { }, length => rows += length);
        return rows;
    }

    private static void EachBatch(ArrowStream stream, Action<ArrowArray> batch)
    {
        bool more = true;
        while (more)
        {
            more = Into(memory =>
            {
                if (!stream.GetNext(memory))
                {
                    Marshal.WriteInt64(memory, -1);
                }
            }, memory =>
            {
                if (Marshal.ReadInt64(memory) < 0)
                {
                    return false;
                }
                ArrowArray array = Marshal.PtrToStructure<ArrowArray>(memory);
                batch(array);
                Release(array.Release, memory);
                return true;
            });
        }
    }

    private static void Batches(ArrowStream stream, Action<ArrowArray, int> child, Action<long> batch)
    {
        EachBatch(stream, array =>
        {
            batch(array.Length);
            for (int place = 0; place < array.ChildCount; place++)
            {
                child(Marshal.PtrToStructure<ArrowArray>(Marshal.ReadIntPtr(array.Children, place * IntPtr.Size)), place);
            }
        });
    }

    /// <summary>The columns of whole numbers of 64 bits and of texts, by their names.</summary>
    internal static Dictionary<string, List<object>> Table(ArrowStream stream)
    {
        List<KeyValuePair<string, string>> columns = Columns(stream);
        Dictionary<string, List<object>> table = new Dictionary<string, List<object>>();
        foreach (KeyValuePair<string, string> column in columns)
        {
            table.Add(column.Key, new List<object>());
        }
        Batches(stream, (array, place) =>
        {
            List<object> cells = table[columns[place].Key];
            string format = columns[place].Value;
            for (long row = array.Offset; row < array.Offset + array.Length; row++)
            {
                IntPtr valid = Marshal.ReadIntPtr(array.Buffers, 0);
                if (valid != IntPtr.Zero && (Marshal.ReadByte(valid, (int)(row / 8)) >> (int)(row % 8) & 1) == 0)
                {
                    cells.Add(null);
                }
                else if (format == "l" || format == "L")
                {
                    cells.Add(Marshal.ReadInt64(Marshal.ReadIntPtr(array.Buffers, IntPtr.Size), (int)row * 8));
                }
                else if (format == "u")
                {
                    IntPtr offsets = Marshal.ReadIntPtr(array.Buffers, IntPtr.Size);
                    int begin = Marshal.ReadInt32(offsets, (int)row * 4), end = Marshal.ReadInt32(offsets, (int)row * 4 + 4);
                    IntPtr texts = Marshal.ReadIntPtr(array.Buffers, 2 * IntPtr.Size);
                    cells.Add(Utf8.Of(IntPtr.Add(texts, begin), new UIntPtr((uint)(end - begin))));
                }
            }
        }, length => { });
        return table;
    }
}

using System;
using System.Collections.Generic;
using System.IO;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Xeploai;

/// <summary>
/// What the assembly is made of: only what .NET Framework 4.6.1 and netstandard2.0 have, and what the header says.
/// </summary>
public static class ApiTests
{
    private static readonly Assembly Ours = typeof(Rulebook).Assembly;

    private static string Name(Type type)
    {
        return type.IsGenericParameter ? type.Name : Regex.Replace(type.ToString(), @"\[.*\]$", found => found.Value == "[]" ? "[]" : "");
    }

    private static string Signature(MemberInfo member)
    {
        MethodBase method = member as MethodBase;
        string name = Name(member.DeclaringType) + "::" + member.Name;
        if (method == null)
        {
            return name;
        }
        List<string> parameters = new List<string>();
        foreach (ParameterInfo parameter in method.GetParameters())
        {
            parameters.Add(Name(parameter.ParameterType));
        }
        return name + "(" + string.Join(",", parameters) + ")";
    }

    /// <summary>Every member of another assembly that the compiled code refers to, read from its tables of metadata.</summary>
    private static SortedSet<string> Used()
    {
        SortedSet<string> used = new SortedSet<string>(StringComparer.Ordinal);
        Module module = Ours.ManifestModule;
        foreach (int table in new[] { 0x0A000000, 0x2B000000 })
        {
            for (int row = 1; ; row++)
            {
                MemberInfo member;
                try
                {
                    member = module.ResolveMember(table + row, Type.EmptyTypes, Type.EmptyTypes);
                }
                catch (ArgumentException)
                {
                    break;
                }
                Expect.True(member != null, "a member for token " + (table + row));
                if (member.Module.Assembly != Ours)
                {
                    MethodInfo method = member as MethodInfo;
                    bool closed = method != null && method.IsGenericMethod && !method.IsGenericMethodDefinition;
                    used.Add(Signature(closed ? method.GetGenericMethodDefinition() : member));
                }
            }
        }
        return used;
    }

    public static void OnlyMembersOfTheAllowListAreUsed()
    {
        Dictionary<string, Version> allowed = new Dictionary<string, Version>();
        Version most = new Version(4, 6, 1);
        foreach (string line in Runner.Read("ffi/csharp/tests/allowed-members.txt").Split('\n'))
        {
            if (line.Length > 0 && line[0] != '#')
            {
                string[] parts = line.Split('\t');
                allowed.Add(parts[0], new Version(parts[1]));
                Expect.True(allowed[parts[0]] <= most, parts[0] + " to be in .NET Framework 4.6.1");
            }
        }
        SortedSet<string> used = Used();
        Expect.True(used.Count > 40, "members read from the assembly, found " + used.Count);
        List<string> foreign = new List<string>();
        foreach (string member in used)
        {
            if (!allowed.Remove(member))
            {
                foreign.Add(member);
            }
        }
        Expect.Same("", string.Join("\n", foreign), "members that are not in the list");
        Expect.Same("", string.Join("\n", allowed.Keys), "members of the list that are not used");
    }

    public static void OnlyTypesOfTheBaseLibraryAreUsed()
    {
        foreach (AssemblyName name in Ours.GetReferencedAssemblies())
        {
            Expect.Same("mscorlib", name.Name);
        }
    }

    private static string Header()
    {
        return Regex.Replace(Runner.Read("include/xeploai.h"), @"/\*.*?\*/|//[^\n]*", "", RegexOptions.Singleline);
    }

    private static Type Native
    {
        get { return typeof(NativeMethods); }
    }

    /// <summary>Every function of the header is declared, with as many parameters, and none beside them.</summary>
    public static void TheFunctionsAreThoseOfTheHeader()
    {
        Dictionary<string, int> header = new Dictionary<string, int>();
        foreach (Match found in Regex.Matches(Header(), @"XEPLOAI_API\s+[\w\s\*]*?(xeploai_\w+)\(([^;]*)\);"))
        {
            string parameters = found.Groups[2].Value.Trim();
            header.Add(found.Groups[1].Value, parameters == "void" ? 0 : parameters.Split(',').Length);
        }
        Expect.True(header.Count >= 40, "functions in the header, found " + header.Count);
        foreach (MethodInfo method in Native.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        {
            Expect.True(header.ContainsKey(method.Name), method.Name + " in the header");
            Expect.Same(header[method.Name], method.GetParameters().Length, method.Name);
            header.Remove(method.Name);
        }
        Expect.Same("", string.Join(", ", header.Keys), "functions that are not declared");
    }

    /// <summary>No text, truth or character goes through the marshaller: what it makes of them differs.</summary>
    public static void NothingIsLeftToTheMarshaller()
    {
        HashSet<Type> plain = new HashSet<Type>
        {
            typeof(void), typeof(int), typeof(uint), typeof(IntPtr), typeof(UIntPtr), typeof(byte[]), typeof(ulong[]),
            typeof(NativeMethods.Value[]), typeof(NativeMethods.CallbacksOfCaller[]),
        };
        foreach (MethodInfo method in Native.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        {
            DllImportAttribute import = (DllImportAttribute)Attribute.GetCustomAttribute(method, typeof(DllImportAttribute));
            Expect.True(import.ExactSpelling && import.CallingConvention == CallingConvention.Cdecl && import.Value == "xeploai", method.Name);
            Expect.True(plain.Contains(method.ReturnType), method.Name + " " + method.ReturnType);
            foreach (ParameterInfo parameter in method.GetParameters())
            {
                Type type = parameter.ParameterType.IsByRef ? parameter.ParameterType.GetElementType() : parameter.ParameterType;
                bool record = type.IsValueType && type.DeclaringType == Native;
                Expect.True(plain.Contains(type) || record || typeof(SafeHandle).IsAssignableFrom(type), method.Name + " " + type);
                Expect.True(!parameter.IsDefined(typeof(MarshalAsAttribute), false), method.Name + " without MarshalAs");
            }
        }
    }

    public static void TheStructsHaveTheSizesOfTheHeader()
    {
        Expect.Same(8, IntPtr.Size, "the sizes below are those of 64 bits");
        Expect.Same(40, Marshal.SizeOf(typeof(NativeMethods.Value)));
        Expect.Same(24, Marshal.SizeOf(typeof(NativeMethods.OutcomeOfCase)));
        Expect.Same(16, Marshal.SizeOf(typeof(NativeMethods.Bytes)));
        Expect.Same(40, Marshal.SizeOf(typeof(NativeMethods.CallbacksOfCaller)));
        foreach (Type type in new[] { typeof(NativeMethods.Value), typeof(NativeMethods.OutcomeOfCase), typeof(NativeMethods.CallbacksOfCaller) })
        {
            string name = type == typeof(NativeMethods.Value) ? "value" : type == typeof(NativeMethods.OutcomeOfCase) ? "outcome" : "callbacks";
            string body = Regex.Match(Header(), @"typedef struct xeploai_" + name + @" \{(.*?)\} xeploai_" + name + ";", RegexOptions.Singleline).Groups[1].Value;
            List<string> expected = new List<string>();
            foreach (Match field in Regex.Matches(body, @"(?:\(\*(\w+)\)\([^;]*\)|(\w+));"))
            {
                expected.Add((field.Groups[1].Value + field.Groups[2].Value).Replace("_", "").Replace("len", "length"));
            }
            List<string> found = new List<string>();
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic))
            {
                found.Add(field.Name.ToLowerInvariant());
            }
            Expect.Same(string.Join(" ", expected), string.Join(" ", found));
        }
    }

    private static void Numbers(Type type, string prefix)
    {
        HashSet<string> names = new HashSet<string>(Enum.GetNames(type));
        foreach (Match found in Regex.Matches(Runner.Read("include/xeploai.h"), "#define XEPLOAI_" + prefix + @"([A-Z0-9_]+) (\d+)\n"))
        {
            StringBuilder name = new StringBuilder();
            foreach (string part in found.Groups[1].Value.Split('_'))
            {
                name.Append(part.Substring(0, 1)).Append(part.Substring(1).ToLowerInvariant());
            }
            if (names.Remove(name.ToString()))
            {
                Expect.Same(int.Parse(found.Groups[2].Value), (int)Enum.Parse(type, name.ToString()), name.ToString());
            }
        }
        Expect.Same("", string.Join(", ", names), "names that the header does not have");
    }

    public static void TheNumbersAreThoseOfTheHeader()
    {
        Numbers(typeof(Status), "");
        Numbers(typeof(Language), "");
        Numbers(typeof(Outcome), "OUTCOME_");
        Numbers(typeof(TableKind), "TABLE_");
    }

    /// <summary>Every public member has its page in the documentation file; the compiler refuses one without a comment.</summary>
    public static void TheDocumentationFileIsWritten()
    {
        string xml = File.ReadAllText(Path.ChangeExtension(Ours.Location, ".xml"));
        foreach (Type type in Ours.GetExportedTypes())
        {
            Expect.True(xml.IndexOf("\"T:" + type.FullName + "\"", StringComparison.Ordinal) > 0, "a page of " + type);
        }
    }
}

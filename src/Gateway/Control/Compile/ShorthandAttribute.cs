namespace Weir.Gateway.Control.Compile;

/// <summary>Lets a plain value stand where an options class is expected: it sets the named property, the others keep their defaults.</summary>
/// <param name="property">Name of the property; a scalar.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ShorthandAttribute(string property) : Attribute
{
    public string Property { get; } = property;
}

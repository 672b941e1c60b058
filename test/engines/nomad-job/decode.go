package main

import (
	"reflect"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/gohcl"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

var (
	durationType = reflect.TypeFor[time.Duration]()
	anyMapType   = reflect.TypeFor[map[string]any]()
)

// A field of a structure by the name that the file has for it.
type field struct {
	value reflect.Value
	// attr, optional, block or label
	kind string
}

// The fields with a tag; those of Nomad that may be written either way (`env = {…}` and `env {…}`) are blocks there.
func fieldsOf(target reflect.Value) (map[string]field, []reflect.Value) {
	named, labels := map[string]field{}, []reflect.Value{}
	for i := range target.NumField() {
		tag, isTagged := target.Type().Field(i).Tag.Lookup("hcl")
		if !isTagged {
			continue
		}
		name, kind, _ := strings.Cut(tag, ",")
		if kind == "label" {
			labels = append(labels, target.Field(i))
		} else {
			named[name] = field{target.Field(i), kind}
		}
	}
	return named, labels
}

func decodeStruct(body *hclsyntax.Body, target any) hcl.Diagnostics {
	var all hcl.Diagnostics
	named, _ := fieldsOf(reflect.ValueOf(target).Elem())
	for name, attribute := range body.Attributes {
		each, isKnown := named[name]
		switch {
		case !isKnown:
			all = append(all, problem(attribute.NameRange, "there is no attribute %q", name))
		case each.kind == "block" && each.value.Kind() != reflect.Map:
			all = append(all, problem(attribute.NameRange, "%q is a block", name))
		default:
			all = append(all, decodeAttribute(attribute, each.value)...)
		}
	}
	for _, block := range body.Blocks {
		if each, isKnown := named[block.Type]; !isKnown || each.kind != "block" {
			all = append(all, problem(block.TypeRange, "there is no block %q", block.Type))
		} else {
			all = append(all, decodeBlock(block, each.value)...)
		}
	}
	for name, each := range named {
		if _, isThere := body.Attributes[name]; (each.kind == "" || each.kind == "attr") && !isThere {
			all = append(all, problem(body.SrcRange, "the attribute %q is missing", name))
		}
	}
	return all
}

func decodeAttribute(attribute *hclsyntax.Attribute, target reflect.Value) hcl.Diagnostics {
	if target.Kind() == reflect.Pointer {
		target.Set(reflect.New(target.Type().Elem()))
		target = target.Elem()
	}
	if target.Type() != durationType {
		return gohcl.DecodeExpression(attribute.Expr, nil, target.Addr().Interface())
	}
	// As text alone: a bare number would be nanoseconds.
	var text string
	if diagnostics := gohcl.DecodeExpression(attribute.Expr, nil, &text); diagnostics.HasErrors() {
		return diagnostics
	}
	duration, err := time.ParseDuration(text)
	if err != nil {
		return hcl.Diagnostics{problem(attribute.SrcRange, "%v", err)}
	}
	target.SetInt(int64(duration))
	return nil
}

func decodeBlock(block *hclsyntax.Block, target reflect.Value) hcl.Diagnostics {
	if target.Type() == anyMapType {
		values, diagnostics := decodeFree(block.Body)
		target.Set(reflect.ValueOf(values))
		return diagnostics
	}
	if target.Kind() == reflect.Map {
		target.Set(reflect.MakeMap(target.Type()))
		var all hcl.Diagnostics
		for name, attribute := range block.Body.Attributes {
			value := reflect.New(target.Type().Elem())
			all = append(all, gohcl.DecodeExpression(attribute.Expr, nil, value.Interface())...)
			target.SetMapIndex(reflect.ValueOf(name), value.Elem())
		}
		return all
	}
	if target.Kind() != reflect.Slice {
		if target.Kind() == reflect.Pointer && !target.IsNil() {
			return hcl.Diagnostics{problem(block.TypeRange, "a second block %q", block.Type)}
		}
		return decodeOne(block, target)
	}
	one := reflect.New(target.Type().Elem()).Elem()
	diagnostics := decodeOne(block, one)
	target.Set(reflect.Append(target, one))
	return diagnostics
}

func decodeOne(block *hclsyntax.Block, target reflect.Value) hcl.Diagnostics {
	if target.Kind() == reflect.Pointer {
		target.Set(reflect.New(target.Type().Elem()))
		target = target.Elem()
	}
	_, labels := fieldsOf(target)
	// A job's label has no tag.
	if len(labels) != len(block.Labels) && block.Type != "job" {
		return hcl.Diagnostics{problem(block.TypeRange, "%q takes %d labels", block.Type, len(labels))}
	}
	for i, label := range labels {
		text := reflect.ValueOf(block.Labels[i])
		if label.Kind() == reflect.Pointer {
			label.Set(reflect.New(label.Type().Elem()))
			label = label.Elem()
		}
		label.Set(text)
	}
	return decodeStruct(block.Body, target.Addr().Interface())
}

// What a driver is given is the driver's to know: see checkDocker.
func decodeFree(body *hclsyntax.Body) (map[string]any, hcl.Diagnostics) {
	values := map[string]any{}
	var all hcl.Diagnostics
	for name, attribute := range body.Attributes {
		value, diagnostics := attribute.Expr.Value(nil)
		all = append(all, diagnostics...)
		values[name] = plain(value)
	}
	for _, block := range body.Blocks {
		inner, diagnostics := decodeFree(block.Body)
		all = append(all, diagnostics...)
		before, _ := values[block.Type].([]any)
		values[block.Type] = append(before, inner)
	}
	return values, all
}

func plain(value cty.Value) any {
	switch {
	case value.Type() == cty.String:
		return value.AsString()
	case value.Type() == cty.Bool:
		return value.True()
	case value.Type() == cty.Number:
		number, _ := value.AsBigFloat().Float64()
		return number
	}
	list := []any{}
	for _, each := range value.AsValueSlice() {
		list = append(list, plain(each))
	}
	return list
}

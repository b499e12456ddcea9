/** Faults of a document or its variables in the vendor's words and codes (contract shopify 6). */
import { print, type GraphQLError, type OperationDefinitionNode } from 'graphql';

interface VendorError {
  message: string;
  locations?: unknown;
  path?: string[];
  extensions: Record<string, unknown>;
}

type Rewrite = [pattern: RegExp, make: (parts: string[]) => { message: string; extensions: Record<string, unknown> }];

const rewrites: Rewrite[] = [
  [/^Cannot query field "(\w+)" on type "(\w+)"/, ([, fieldName, typeName]) => ({ message: `Field '${fieldName}' doesn't exist on type '${typeName}'`, extensions: { code: 'undefinedField', typeName, fieldName } })],
  [/^Field "(\w+)" argument "(\w+)" of type "(.+?)" is required/, ([, name, args]) => ({ message: `Field '${name}' is missing required arguments: ${args}`, extensions: { code: 'missingRequiredArguments', className: 'Field', name, arguments: args } })],
  [/^Unknown argument "(\w+)" on field "(\w+)\.(\w+)"/, ([, argumentName, , name]) => ({ message: `Field '${name}' doesn't accept argument '${argumentName}'`, extensions: { code: 'argumentNotAccepted', name, typeName: 'Field', argumentName } })],
  [/^Variable "\$(\w+)" is not defined/, ([, variableName]) => ({ message: `Variable $${variableName} is used by but not declared`, extensions: { code: 'variableNotDefined', variableName } })],
  [/^Variable "\$(\w+)" is never used/, ([, variableName]) => ({ message: `Variable $${variableName} is declared but not used`, extensions: { code: 'variableNotUsed', variableName } })],
  [/^Variable "\$(\w+)" of type "(.+?)" used in position expecting type "(.+?)"/, ([, variableName, typeName]) => ({ message: `Type mismatch on variable $${variableName} (${typeName})`, extensions: { code: 'variableMismatch', variableName, typeName } })],
  [/^Field "(\w+)" of type ".+?" must have a selection of subfields/, ([, nodeName]) => ({ message: `Field must have selections (field '${nodeName}')`, extensions: { code: 'selectionMismatch', nodeName } })],
  [/^(?:Expected value of type|Enum|Int cannot|String cannot|Float cannot|Boolean cannot|ID cannot|Value|Field "\w+\.\w+" of required|Field "\w+" is not defined by type)/, ([whole]) => ({ message: whole ?? '', extensions: { code: 'argumentLiteralsIncompatible' } })],
];

export function asVendorError(fault: GraphQLError): VendorError {
  const { message, locations } = fault;
  for (const [pattern, make] of rewrites) {
    const parts = pattern.exec(message);
    if (parts) {
      const made = make(pattern.source.startsWith('^(?:') ? [message] : parts);
      return { ...made, locations };
    }
  }
  return { message, locations, extensions: { code: 'BAD_REQUEST' } };
}

/** One error a variable, with the value and what is wrong with it. */
export function variableErrors(operation: OperationDefinitionNode, faults: readonly GraphQLError[], given: Record<string, unknown>): VendorError[] {
  return faults.map((fault) => {
    const [, name = '', at] = /^Variable "\$(\w+)"(?: got invalid value .+? at "\w+\.?([\w.[\]]*)")?/.exec(fault.message) ?? [];
    const declared = operation.variableDefinitions?.find((one) => one.variable.name.value === name);
    const path = at === undefined || at === '' ? [] : at.split(/[.[\]]+/).filter((part) => part !== '');
    const explanation = fault.message.split('; ').at(-1) ?? fault.message;
    const type = declared === undefined ? '' : print(declared.type);
    return { message: `Variable $${name} of type ${type} was provided invalid value${path.length > 0 ? ` for ${path.join('.')} (${explanation})` : ''}`, locations: fault.locations, extensions: { code: 'INVALID_VARIABLE', value: given[name] ?? null, problems: [{ path, explanation }] } };
  });
}

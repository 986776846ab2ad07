/** The text of a style sheet. */
export function css(strings: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return String.raw(strings, ...values);
}

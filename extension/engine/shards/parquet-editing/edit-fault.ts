/** Why a value cannot be written into a column, in words that go on after `caption: `. */
export class EditFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'EditFault';
  }
}

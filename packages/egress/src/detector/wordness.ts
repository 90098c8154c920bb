/**
 * Cost of a letter after a letter, in thirds of a bit and base 36: a row per first letter (the last row: at the beginning
 * of a word), a column per second. Counted over the English words and identifiers of this repository.
 */
const COSTS = [
  'pdbdolgzeth9eatdt9c8gjknhw',
  '9ifn8mknbjy8mkahqdcjbyqnfy',
  'azfl9nnafzcdnu7mrdl9eqrzkz',
  'cfne5lip7mngjnblzdbmfmsshz',
  'cnc8hhjplqvffangl88dphjflu',
  'ankhaajx6xqexq8qxdeedxxxhq',
  'dqjl6nibaxqfhafjq9dkcnqxxq',
  '7qqq5xkq9qxkln8jxdiffnxxjq',
  'ghdddgezwwqce6agtfbawfzlzl',
  'aooh6eooeohooo7ooo9e9ooooo',
  'fuhk4iku8umimeikmu7ifmkuuu',
  'apze6kzt8zmatp9mzndffktzez',
  '8frl6pnz8rkjeka9znfmgrrznz',
  'coca9g8pdtjlpgdkvla8iirvmz',
  'jhdflihvhqhdc7fdz8cdbfelqv',
  '9qom7mhhdzmamqact8fcfzoqmz',
  'pphpphppppp9pppppppp1ppphp',
  'alif5nivazijfh9mvgbeghozgv',
  'eqds7nscazjikndemmb6cqjzgz',
  'azgl6mqc8zvglmdnvbbegvlqhr',
  'gdfgdiisfzzdd7ibz999ozsozz',
  '9wmw3wmo7wmwmmdowwhwowowow',
  '7vnh8vja9viinbanvadnjvlnvv',
  'csai8isibsslgsi7lsi7sssdfs',
  'gdgkasssbssecbdaks6bssfsss',
  'anfn4nnncnnnnn8nnccncnnnnn',
  'cdaddeggemledefbnbadfifpqp',
].map((row) => Uint8Array.from(row, (digit) => Number.parseInt(digit, 36)));

const WORD_START = 26;
const THIRDS_PER_BIT = 3;
const CODE_A = 97;

/** Mean cost of the letters of a lower-case word in bits: about 3.5 for words, above 5 for letters drawn by chance. */
export function letterCost(word: string): number {
  let previous = WORD_START;
  let sum = 0;
  for (let index = 0; index < word.length; index += 1) {
    const letter = word.charCodeAt(index) - CODE_A;
    sum += COSTS[previous]?.[letter] ?? 0;
    previous = letter;
  }
  return sum / (THIRDS_PER_BIT * word.length);
}

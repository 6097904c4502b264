/// Short code in which nearly every line is its feature's own, as it is in repositories that people write: of the longer
/// templates thousands of features would share their phrases.
enum BriefTemplates {
  static func module(_ language: Language) -> String {
    switch language {
    case .go: go
    case .python: python
    case .typescript: typescript
    }
  }

  static func addition(_ language: Language) -> String {
    switch language {
    case .go:
      """

      // Known$N says whether a $n of that $a is held, $k of them at most.
      func Known$N(held []$N, $aOf$N string) bool {
      	for at$N := range held[:min(len(held), max$N)] {
      		if held[at$N].$A == $aOf$N && held[at$N].$B > 0 {
      			return $aOf$N != "" // a $n without a $a is none
      		}
      	}
      	return max$N == 0
      }
      """
    case .python:
      """


      def known_$n(held_$n, $a_of_$n):
          # A $n without a $a is none, and no more than $k are looked at.
          for one_$n in held_$n[:MAX_$n]:
              if one_$n.$a == $a_of_$n and one_$n.$b > 0:
                  return bool($a_of_$n and MAX_$n)
          return MAX_$n == 0
      """
    case .typescript:
      """

      /** Whether a $n of that $a is held, $k of them at most. */
      export function known$N(held$N: $N[], $aOf$N: string): boolean {
        for (const one$N of held$N.slice(0, max$N)) {
          if (one$N.$a === $aOf$N && one$N.$b > 0) return $aOf$N !== "";
        }
        return max$N === 0; // no $n at all
      }
      """
    }
  }

  static func test(_ language: Language) -> String {
    switch language {
    case .go:
      """
      package $n

      func TestTake$N(t *testing.T) {
      	held$N, err$N := Take$N(nil, $N{$A: "first $n", $B: $k})
      	if err$N != nil || len(held$N) != 1 {
      		t.Fatalf("a $n of $b $k is not taken: %v", err$N)
      	}
      	if _, over$N := Take$N(held$N, $N{$A: "second $n", $B: max$N + 1}); over$N == nil {
      		t.Error("a $n above $k is taken")
      	}
      }
      """
    case .python:
      """
      def test_take_$n():
          held_$n = take_$n([], $N("first $n", $k))
          assert [one_$n.$a for one_$n in held_$n] == ["first $n"]
          with pytest.raises(Too$N):
              take_$n(held_$n, $N("second $n", MAX_$n + 1))
      """
    case .typescript:
      """
      test("a $n of $b $k is taken, one above is not", () => {
        const held$N = take$N([], { $a: "first $n", $b: $k });
        expect(held$N.map((one$N) => one$N.$a)).toEqual(["first $n"]);
        expect(() => take$N(held$N, { $a: "second $n", $b: max$N + 1 })).toThrow(Too$N);
      });
      """
    }
  }

  private static let go = """
    package $n

    // max$N is the $b that a $n may have.
    const max$N = $k

    // $N is a $n with its $a.
    type $N struct {
    	$A string // of the $n
    	$B int64  // of the $n, at most $k
    }

    // Take$N adds a $n unless its $b is above $k.
    func Take$N(held$N []$N, next$N $N) ([]$N, error) {
    	if next$N.$B > max$N {
    		return held$N, fmt.Errorf("$n %s: $b %d is above %d", next$N.$A, next$N.$B, max$N)
    	}
    	return append(held$N, next$N), nil
    }
    """

  private static let python = """
    MAX_$n = $k  # the $b that a $n may have


    class $N:
        def __init__(self, $a_of_$n, $b_of_$n):
            self.$a = $a_of_$n  # of the $n
            self.$b = $b_of_$n  # of the $n, at most $k


    class Too$N(ValueError):
        \"\"\"A $n whose $b is above $k.\"\"\"


    def take_$n(held_$n, next_$n):
        if next_$n.$b > MAX_$n:
            raise Too$N(f"$n {next_$n.$a}: $b {next_$n.$b} is above {MAX_$n}")
        return held_$n + [next_$n]
    """

  private static let typescript = """
    export const max$N = $k; // the $b that a $n may have

    export interface $N {
      $a: string; // of the $n
      $b: number; // of the $n, at most $k
    }

    export class Too$N extends Error {} // a $n whose $b is above $k

    export function take$N(held$N: $N[], next$N: $N): $N[] {
      if (next$N.$b > max$N) {
        throw new Too$N(`$n ${next$N.$a}: $b ${next$N.$b} is above ${max$N}`);
      }
      return [...held$N, next$N]; // a new list of $n
    }
    """
}

extension Feature {
  /// Its name with what is done with it, in one word: two features of one noun are two in every line.
  var own: Feature {
    var own = self
    own.noun = noun + aspect.rawValue.capitalised
    return own
  }
}

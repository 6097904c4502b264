enum GoTemplates: CodeTemplates {
  static func module(_ aspect: Feature.Aspect) -> String {
    switch aspect {
    case .parser: parser
    case .planner: planner
    case .store: store
    case .report: report
    case .client: client
    }
  }

  static let parser = """
    package $n

    import (
    	"bufio"
    	"fmt"
    	"io"
    	"strconv"
    	"strings"
    )

    // $NEntry is one line of a $n list.
    type $NEntry struct {
    	$A string
    	$B int64
    }

    const max$NEntries = $k

    // Parse$N reads entries until the end of r.
    func Parse$N(r io.Reader) ([]$NEntry, error) {
    	var entries []$NEntry
    	scanner := bufio.NewScanner(r)
    	for number := 1; scanner.Scan(); number++ {
    		fields := strings.Fields(scanner.Text())
    		if len(fields) < 2 {
    			return nil, fmt.Errorf("$n line %d: want $a and $b, have %d fields", number, len(fields))
    		}
    		$b, err := strconv.ParseInt(fields[1], 10, 64)
    		if err != nil {
    			return nil, fmt.Errorf("$n line %d: $b: %w", number, err)
    		}
    		entries = append(entries, $NEntry{$A: fields[0], $B: $b})
    		if len(entries) > max$NEntries {
    			return nil, fmt.Errorf("$n list has more than %d entries", max$NEntries)
    		}
    	}
    	return entries, scanner.Err()
    }
    """

  static let planner = """
    package $n

    import "sort"

    // $NSlot is a stretch of $a that one ship holds.
    type $NSlot struct {
    	$A, $B int
    	Ship   string
    }

    // Plan$NSlots orders slots so that none overlap and returns those that found no room.
    func Plan$NSlots(slots []$NSlot, room int) (planned, left []$NSlot) {
    	sort.Slice(slots, func(i, j int) bool { return slots[i].$A < slots[j].$A })
    	next$A := 0
    	for _, slot := range slots {
    		if slot.$A < next$A {
    			slot.$A = next$A
    		}
    		if slot.$A+slot.$B > room-$k%7 {
    			left = append(left, slot)
    			continue
    		}
    		next$A = slot.$A + slot.$B
    		planned = append(planned, slot)
    	}
    	return planned, left
    }

    // Idle$N is the time between slots in which nothing is planned.
    func Idle$N(planned []$NSlot) (idle int) {
    	for i := 1; i < len(planned); i++ {
    		idle += planned[i].$A - (planned[i-1].$A + planned[i-1].$B)
    	}
    	return idle
    }
    """

  static let store = """
    package $n

    import (
    	"errors"
    	"sync"
    )

    // ErrNo$N is returned where a $n is not known by its $a.
    var ErrNo$N = errors.New("$n: no such $a")

    // $NStore holds what is known of each $n; it is safe for concurrent use.
    type $NStore struct {
    	mutex   sync.RWMutex
    	by$A    map[string]int
    	limit$B int
    }

    // New$NStore has room for $k entries.
    func New$NStore() *$NStore {
    	return &$NStore{by$A: make(map[string]int, $k), limit$B: $k}
    }

    // Save$N records the $b of the $n with that $a.
    func (s *$NStore) Save$N($a string, $b int) error {
    	s.mutex.Lock()
    	defer s.mutex.Unlock()
    	if len(s.by$A) >= s.limit$B {
    		return errors.New("$n store is full")
    	}
    	s.by$A[$a] = $b
    	return nil
    }

    // Load$N returns what was saved under $a.
    func (s *$NStore) Load$N($a string) (int, error) {
    	s.mutex.RLock()
    	defer s.mutex.RUnlock()
    	$b, known := s.by$A[$a]
    	if !known {
    		return 0, ErrNo$N
    	}
    	return $b, nil
    }
    """

  static let report = """
    package $n

    import (
    	"fmt"
    	"io"
    	"sort"
    	"text/tabwriter"
    )

    // $NRow is one line of the $n report.
    type $NRow struct {
    	$A string
    	$B float64
    }

    // Write$NReport prints rows by falling $b, at most $k of them.
    func Write$NReport(w io.Writer, rows []$NRow) error {
    	sort.SliceStable(rows, func(i, j int) bool { return rows[i].$B > rows[j].$B })
    	if len(rows) > $k {
    		rows = rows[:$k]
    	}
    	table := tabwriter.NewWriter(w, 0, 4, 2, ' ', tabwriter.AlignRight)
    	fmt.Fprintln(table, "$a\\t$b of $n\\tshare\\t")
    	var total$B float64
    	for _, row := range rows {
    		total$B += row.$B
    	}
    	for _, row := range rows {
    		share := 0.0
    		if total$B > 0 {
    			share = 100 * row.$B / total$B
    		}
    		fmt.Fprintf(table, "%s\\t%.2f\\t%.1f %%\\t\\n", row.$A, row.$B, share)
    	}
    	return table.Flush()
    }
    """

  static let client = """
    package $n

    import (
    	"context"
    	"encoding/json"
    	"fmt"
    	"net/http"
    	"net/url"
    	"time"
    )

    // $NClient asks the $n service.
    type $NClient struct {
    	Base string
    	HTTP *http.Client
    }

    type $nAnswer struct {
    	$A    string `json:"$a"`
    	$B    []int  `json:"$b"`
    	Again bool   `json:"again"`
    }

    // Fetch$N returns every $b of the $n with that $a.
    func (c *$NClient) Fetch$N(ctx context.Context, $a string) ([]int, error) {
    	ctx, cancel := context.WithTimeout(ctx, $k*time.Millisecond)
    	defer cancel()
    	address := c.Base + "/$n?" + url.Values{"$a": {$a}}.Encode()
    	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
    	if err != nil {
    		return nil, fmt.Errorf("$n request: %w", err)
    	}
    	response, err := c.HTTP.Do(request)
    	if err != nil {
    		return nil, fmt.Errorf("$n service: %w", err)
    	}
    	defer response.Body.Close()
    	var answer $nAnswer
    	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
    		return nil, fmt.Errorf("$n answer: %w", err)
    	}
    	return answer.$B, nil
    }
    """

  static let additions = [
    """

    // Valid$N$A reports what is wrong with a $n's $a, if anything.
    func Valid$N$A($a string, known map[string]bool) error {
    	if $a == "" {
    		return fmt.Errorf("$n has no $a")
    	}
    	if !known[$a] {
    		return fmt.Errorf("$n $a %q is not one of the %d known", $a, len(known))
    	}
    	return nil
    }
    """,
    """

    // Merge$N$B keeps the larger $b of each $n.
    func Merge$N$B(left, right map[string]int) map[string]int {
    	merged$N := make(map[string]int, len(left)+len(right))
    	for key, value := range left {
    		merged$N[key] = value
    	}
    	for key, value := range right {
    		if value > merged$N[key] {
    			merged$N[key] = value
    		}
    	}
    	return merged$N
    }
    """,
    """

    // Format$N$A writes the $a of a $n with its unit.
    func Format$N$A(value float64) string {
    	if value >= $k {
    		return fmt.Sprintf("%.2f k$a", value/$k)
    	}
    	return fmt.Sprintf("%.1f $a of $n", value)
    }
    """,
  ]

  static let test = """
    package $n

    import "testing"

    func Test$N$AIsKept(t *testing.T) {
    	samples := map[string]int{"north": 12, "south": $k, "outer": 7}
    	for $a, $b := range samples {
    		if $b < 0 || $b > $k {
    			t.Errorf("$n %q has $b %d, want 0 to $k", $a, $b)
    		}
    	}
    }

    func Test$N$BIsBounded(t *testing.T) {
    	heaviest$N := 0
    	for _, $b := range []int{3, $k, 11} {
    		heaviest$N = max(heaviest$N, $b)
    	}
    	if heaviest$N != $k {
    		t.Fatalf("heaviest $n is %d", heaviest$N)
    	}
    }
    """
}

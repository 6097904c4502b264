import Testing

@testable import MIME

@Suite struct HTMLTests {
  private static func read(_ html: String) -> ReadableText {
    MailMessage(Array("Content-Type: text/html; charset=utf-8\r\n\r\n\(html)".utf8)).readableText()
  }

  @Test(arguments: [
    ("<p>one</p><p>two</p>", "one\n\ntwo"),
    ("a<br>b<br/>c", "a\nb\nc"),
    ("a   b\n c", "a b c"),
    ("<pre>a  b\n c</pre>", "a  b\n c"),
    ("<ul><li>one<li>two</ul>", "- one\n- two"),
    ("<table><tr><td>a<td>b<tr><td>c</table>", "a\tb\nc"),
    ("&lt;b&gt; &amp;amp; &eacute; &#8364; &#x20AC; &#128; &nope; &", "<b> &amp; é € € € &nope; &"),
    ("a<script>alert(1)</script>b<style>p{}</style>c<!-- no -->d", "abcd"),
    ("<a href=\"https://example.com/x\">here</a>", "here <https://example.com/x>"),
    ("<a href=https://example.com>https://example.com</a>", "https://example.com"),
    ("<a href=\"javascript:alert(1)\">x</a> <a href=\"data:text/html,x\">y</a>", "x y"),
    ("<a href=\"java&#x0A;script:x\">x</a>", "x"),
    ("<blockquote>old<br>text</blockquote>new", "> old\n> text\nnew"),
    ("<img src=x alt=\"a cat\">", "[image: a cat]"),
    ("a < b", "a < b"),
    ("<b>unclosed", "unclosed"),
    ("<title>t</title>x", "x"),
    ("<p>seen<p style=\"display:none\">not<p>seen too", "seen\n\nseen too"),
  ])
  func `HTML becomes the text that is seen`(html: String, text: String) {
    #expect(Self.read(html).text == text)
  }

  @Test(arguments: [
    "<div style=\"display:none\">X</div>", "<div style='DISPLAY : NONE !important'>X</div>",
    "<span style=\"font-size:0\">X</span>", "<span style=\"font-size:0px\">X</span>",
    "<span style=\"font-size: .5px\">X</span>",
    "<span style=\"visibility:hidden\">X</span>", "<span style=\"opacity:0\">X</span>", "<p hidden>X</p>",
    "<span style=\"color:#fff\">X</span>", "<span style=\"color:white\">X</span>",
    "<font color=\"#FFFFFE\">X</font>",
    "<div style=\"background-color:black;color:black\">X</div>",
    "<td bgcolor=#112233><font color=#112233>X</font></td>",
    "<span style=\"color:rgb(255, 255, 255)\">X</span>", "<span style=\"color:transparent\">X</span>",
    "<div style=\"position:absolute;left:-9999px\">X</div>",
    "<div style=\"max-height:0;overflow:hidden\">X</div>",
    "<div style=\"mso-hide:all\">X</div>", "<div style=\"text-indent:-9999px\">X</div>",
    "<div style=\"display:none\"><p>X<p style=\"color:red\">X</div>",
    "<style>.h{display:none}</style><p class=\"a h\">X</p>",
    "<style>#h , p.x { font-size : 0 }</style><p id=h>X</p>", "<template>X</template>",
    "<noscript>X</noscript>",
    "<div style=\"display&#58;none\">X</div>",
  ])
  func `what is styled away is left out`(html: String) {
    let read = Self.read("before \(html) after")
    #expect(!read.text.contains("X"), "\(read.text)")
    #expect(read.text.hasPrefix("before") && read.text.hasSuffix("after"))
  }

  @Test(arguments: [
    "<div style=\"background:#000\"><span style=\"color:#fff\">X</span></div>",
    "<div style=\"background:url(x.png)\"><span style=\"color:#fff\">X</span></div>",
    "<div style=\"color:white\"><span style=\"color:black\">X</span></div>",
    "<style>@media print {.h{display:none}}</style><p class=h>X</p>",
    "<span style=\"font-size:12px\">X</span>",
    "<span style=\"display:block\">X</span>", "<div style=\"opacity:.9\">X</div>",
  ])
  func `what is seen stays`(html: String) { #expect(Self.read("before \(html)").text.contains("X")) }

  @Test func `hidden text is counted and links are listed`() {
    let read = Self.read(
      "<p>a<span style=\"display:none\">ignore</span></p><a href=\"https://evil.example\">https://bank.example</a>"
    )
    #expect(read.hidden.html == 6)
    #expect(read.links == [MailLink(text: "https://bank.example", address: "https://evil.example")])
    #expect(read.text == "a\n\nhttps://bank.example <https://evil.example>")
  }
}

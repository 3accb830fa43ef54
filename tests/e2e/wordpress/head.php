<?php
// Prints the head of a page as WordPress would with the plugin in it: the few functions that it calls, and its hooks run.
// Usage: php head.php <loader> [<what somebody types into the setting>]
define( 'ABSPATH', __DIR__ );
$hooks    = array();
$options  = array( 'placet_loader' => $argv[1] );
$settings = array();
$errors   = array();

function add_action( $hook, $callback, $priority = 10 ) {
	global $hooks;
	$hooks[ $hook ][ $priority ][] = $callback;
}
function add_filter( $hook, $callback, $priority = 10 ) {
	add_action( $hook, $callback, $priority );
}
function run_hook( $hook ) {
	global $hooks;
	ksort( $hooks[ $hook ] );
	foreach ( $hooks[ $hook ] as $callbacks ) {
		foreach ( $callbacks as $callback ) {
			$callback();
		}
	}
}
function get_option( $name, $default = false ) {
	global $options;
	return $options[ $name ] ?? $default;
}
function register_setting( $group, $name, $arguments ) {
	global $settings;
	$settings[ $name ] = $arguments;
}
function add_settings_error( $setting, $code, $message ) {
	global $errors;
	$errors[] = $message;
}
function is_admin() {
	return false;
}
function plugins_url( $path, $file ) {
	return '/wp-content/plugins/' . basename( dirname( $file ) ) . '/' . $path;
}
function plugin_basename( $file ) {
	return basename( dirname( $file ) ) . '/' . basename( $file );
}
function esc_attr( $text ) {
	return htmlspecialchars( $text, ENT_QUOTES );
}
function esc_url( $url ) {
	return htmlspecialchars( $url, ENT_QUOTES );
}
function __( $text ) {
	return $text;
}
function esc_html_e( $text ) {
	echo htmlspecialchars( $text, ENT_QUOTES );
}
function add_options_page() {}
function settings_fields() {}
function submit_button() {}
function disabled( $is, $current = true ) {
	echo $is === $current ? 'disabled' : '';
}

require __DIR__ . '/../../../packages/wordpress/placet/placet.php';

run_hook( 'admin_init' );
if ( isset( $argv[2] ) ) {
	$saved = $settings['placet_loader']['sanitize_callback']( $argv[2] );
	ob_start();
	placet_show_page();
	echo json_encode( array( 'saved' => $saved, 'errors' => $errors, 'page' => ob_get_clean() ) );
	exit;
}
// What the theme and other plugins print comes at the usual priorities.
add_action( 'wp_head', function () { echo "<script>window.theme = true</script>\n"; }, 1 );
run_hook( 'wp_head' );
